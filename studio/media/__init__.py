"""The live path: capture, compose, encode, send, record."""
