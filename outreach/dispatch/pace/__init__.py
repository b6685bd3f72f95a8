"""The pace that all workers of an office share: what was asked, what left, who is sending."""
