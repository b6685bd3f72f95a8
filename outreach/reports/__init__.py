"""How it stands: figures and documents."""
