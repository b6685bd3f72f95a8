"""Lists as offices have them: read, recognised, planned, applied as one unit, taken back."""
