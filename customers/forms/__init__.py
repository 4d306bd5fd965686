"""What staff type. Every value is read by customers/values.py, like imported ones."""
