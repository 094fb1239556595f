"""Talks to selling platforms and streaming servers. Knows nothing of the studio that asks."""
