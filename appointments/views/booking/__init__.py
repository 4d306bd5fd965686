"""The public booking page: service, provider, time, details, done. Nothing in it needs a cookie."""
