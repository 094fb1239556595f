"""Tests of the servers that say how many people watch."""
