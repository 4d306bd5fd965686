"""The ways of reaching a person."""
