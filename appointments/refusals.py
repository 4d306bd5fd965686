"""Why something can't be booked or changed: one name for each reason."""


class SlotTaken(Exception):
    """Somebody else has the time, or some of it."""


class NotOffered(Exception):
    """Nobody provides the service at that time, or visitors may not book it."""


class HoldExpired(Exception):
    """The time was kept free for ten minutes, and these are over."""


class StaleAppointment(Exception):
    """Somebody else changed the appointment since it was shown: nothing was written."""


class Refusal(Exception):
    """A refusal that a sentence explains to whoever asked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TooLate(Refusal):
    """The notice that the business asks for has passed."""


class NotAllowed(Refusal):
    """The appointment is not in a state for it, or the customer is over a limit."""


class CannotUndo(Refusal):
    """The act can't be taken back, or was taken back already."""
