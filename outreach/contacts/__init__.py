"""Who we may write to: organisations, contacts, addresses, segments, suppressions."""
