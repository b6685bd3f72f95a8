"""One module per kind of what comes back: pure functions over a parsed message."""
