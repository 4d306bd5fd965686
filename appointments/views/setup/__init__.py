"""The pages on which managers set up what can be booked, and with whom, and when."""
