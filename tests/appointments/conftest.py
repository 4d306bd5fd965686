"""The stand-ins of the channels, as the tests of messages have them."""

from tests.notifications.conftest import ways

__all__ = ["ways"]
