"""Pictures from plain figures: SVG as text."""
