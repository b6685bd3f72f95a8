"""Schema history; applied by itself at start."""
