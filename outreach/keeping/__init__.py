"""KEEPING the office: backups, what follows a restored one, and whether all is in order."""
