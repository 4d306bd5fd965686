"""The forms of appointments, services, providers and hours."""
