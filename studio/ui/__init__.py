"""The window: a client of the engine process. One file per page, one file per thing on a page."""
