"""Measurements: speed, memory, latency; run by hand, for their numbers depend on the machine."""
