"""Servers that stand in for the platforms, as strict as those: they believe nothing that they have not checked."""
