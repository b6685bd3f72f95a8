"""How it looks: SVG charts from plain data."""
