"""Data the program carries: the demo shop and clip, icons, text catalogues."""
