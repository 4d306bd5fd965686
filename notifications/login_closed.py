"""What is said to whoever has the login that was closed when two customers were merged."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bookkinda.jobs import Job, RunningJob
from customers.merged_logins import closed_address
from customers.models import Merge
from notifications import outbox, texts
from notifications.events import Event, NotWanted, declare
from notifications.models import ChannelCode, Message


def say_login_closed(job: RunningJob) -> None:
    """Write the message and finish the job that asks for it, or neither."""
    merge = Merge.objects.filter(pk=job.payload["merge"]).select_related("into").first()
    if merge is None:
        return
    with transaction.atomic():
        job.finish()
        outbox.queue(
            LOGIN_CLOSED, merge.into, context={"merge": merge.pk}, priority=Job.Priority.URGENT
        )


def no_values(message: Message) -> Mapping[str, str]:
    """Raises NotWanted when the login is open again."""
    if not address(message, ChannelCode.EMAIL):
        raise NotWanted("not-wanted")
    return {}


def address(message: Message, channel: ChannelCode) -> str:
    """The address that signed in until then: never the one that signs in now."""
    merge = Merge.objects.filter(pk=message.context["merge"]).first()
    return closed_address(merge) if merge else ""


LOGIN_CLOSED = declare(
    Event(
        code="login-closed",
        name=_("Login closed"),
        description=_("Tells who had two logins which were merged that this one signs in no more."),
        group=texts.PANEL_GROUP,
        icon="merge",
        shortcodes=(),
        texts=texts.LOGIN_CLOSED,
        required=(ChannelCode.EMAIL,),
        is_credential=True,
        values=no_values,
        address=address,
    )
)
