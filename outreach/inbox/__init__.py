"""What comes back: replies, recorded and acted upon."""
