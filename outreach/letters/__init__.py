"""What we say: templates, rendering, checks."""
