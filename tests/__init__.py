"""What the studio promises, as tests; the folders mirror the source."""
