"""The go-live check against real servers, files and devices."""
