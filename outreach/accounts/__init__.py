"""Who works here: users and their roles."""
