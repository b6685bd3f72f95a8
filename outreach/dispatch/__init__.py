"""Send: batches, deliveries, the register, carriers, the archive."""
