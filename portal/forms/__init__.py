"""What customers type in the Customer Panel."""
