"""The command line's groups: one module a group, each with its parser and the functions that run it."""
