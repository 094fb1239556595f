"""Sounds of the window; `warning.py` makes them."""
