"""Nongbo's studio: capture, compose, encode, send, record, log and show a live sale."""
