"""What is said to customers, by which ways, and what became of it."""

from notifications.models.channel import ChannelCode, ChannelState, OptOut
from notifications.models.message import Delivery, Message
from notifications.models.workflow import MessageTemplate, TemplateVersion, Workflow

__all__ = [
    "ChannelCode",
    "ChannelState",
    "Delivery",
    "Message",
    "MessageTemplate",
    "OptOut",
    "TemplateVersion",
    "Workflow",
]
