"""The pages, for a browser on this machine: reading only, until people sign in."""
