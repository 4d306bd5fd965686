"""Pages of appointments: the back office, the booking page, and one's own."""
