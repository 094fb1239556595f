"""The media chain with real pictures, files, pipes, devices and servers."""
