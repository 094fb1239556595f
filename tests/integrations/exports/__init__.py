"""Order files of the platforms."""
