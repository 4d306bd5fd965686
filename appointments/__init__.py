"""What is booked: services, who provides them and when, appointments, the booking page."""
