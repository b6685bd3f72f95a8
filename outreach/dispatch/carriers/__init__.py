"""What transports a letter."""
