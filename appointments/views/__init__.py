"""The pages of this app: the back office's, and the public booking page."""
