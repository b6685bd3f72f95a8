"""The command line, one module per room."""
