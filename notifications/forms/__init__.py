"""What the owner types about messages."""
