"""The real program against real servers and devices."""
