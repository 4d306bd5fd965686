"""What the business offers, who provides it and when, and what is booked."""

from appointments.models.appointment import Appointment, AppointmentChange
from appointments.models.hours import DayException, WorkingHours
from appointments.models.provider import Provider
from appointments.models.service import Service
from appointments.models.visitors import Block, CalendarFeed, ConsentText, Suggestion

__all__ = [
    "Appointment",
    "AppointmentChange",
    "Block",
    "CalendarFeed",
    "ConsentText",
    "DayException",
    "Provider",
    "Service",
    "Suggestion",
    "WorkingHours",
]
