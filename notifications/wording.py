"""The owner's words for an event: saving them, their languages and their earlier versions."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookkinda.choices import languages
from bookkinda.preferences import Preferences
from customers.models import Customer
from notifications.events import Event
from notifications.models import ChannelCode, Delivery, MessageTemplate, TemplateVersion
from notifications.outbox import workflow_of
from notifications.rendering import Words, house_words, languages_of, words_for, words_of
from notifications.workflows import is_approved, needs_approval

KEPT_VERSIONS = 20
ASKED_CUSTOMERS = 10_000  # the newest ones, for the languages that people speak
FIELDS = (
    "subject",
    "body",
    "content_sid",
    "variables",
    "second_content_sid",
    "second_variables",
)


class ChangedMeanwhile(Exception):
    """Somebody else saved other words since the form was opened: this version."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class StillNeeded(Exception):
    """The words can't go; the text says why, and what helps."""


def templates_of(event: Event, channel: ChannelCode) -> dict[str, MessageTemplate]:
    """The owner's templates by their language."""
    found = MessageTemplate.objects.filter(event=event.code, channel=channel)
    return {template.language: template for template in found.select_related("changed_by")}


def words_in(event: Event, channel: ChannelCode, language: str) -> Words:
    """What a customer of this language reads: the owner's words in it, or those that count then."""
    return words_for(event, channel, languages_of(language, Preferences.load()))


def as_saved(words: Words) -> dict[str, Any]:
    """The fields of a template that hold these words."""
    return {
        name: list(value) if isinstance(value := getattr(words, name), tuple) else value
        for name in FIELDS
    }


def words_of_version(template: MessageTemplate, version: int) -> Words | None:
    """Words as they were saved once, or None when they are not kept any more."""
    kept = template.versions.filter(version=version).first()
    if kept is None:
        return None
    known = {name: value for name, value in kept.words.items() if name in FIELDS}
    return words_of(MessageTemplate(language=template.language, **known))


def words_sent(event: Event, delivery: Delivery) -> Words | None:
    """The words that the delivery was made from, or None when they are not kept any more."""
    if delivery.template:
        return words_of_version(delivery.template, delivery.template_version)
    if delivery.template_version:
        return None
    return house_words(event, ChannelCode(delivery.channel))


def save_words(
    event: Event,
    channel: ChannelCode,
    language: str,
    words: Mapping[str, Any],
    *,
    version: int,
    by: User | None,
) -> MessageTemplate:
    """The next version of these words. `version` is the one that the form was opened with, 0 for
    none. Raises ChangedMeanwhile."""
    with transaction.atomic():
        found = MessageTemplate.objects.select_for_update().filter(
            event=event.code, channel=channel, language=language
        )
        template = found.first() or MessageTemplate(
            event=event.code, channel=channel, language=language, version=0
        )
        if template.version != version:
            raise ChangedMeanwhile(template.version)
        for name in FIELDS:
            setattr(template, name, words.get(name, getattr(template, name)))
        template.version += 1
        template.changed_at, template.changed_by = timezone.now(), by
        template.save()
        keep_version(template)
    return template


def keep_version(template: MessageTemplate) -> None:
    """Keep these words among the earlier ones; the oldest go."""
    TemplateVersion.objects.create(
        template=template,
        version=template.version,
        words={name: getattr(template, name) for name in FIELDS},
        saved_by=template.changed_by,
        saved_at=template.changed_at,
    )
    template.versions.filter(version__lte=template.version - KEPT_VERSIONS).delete()


def remove_words(event: Event, channel: ChannelCode, language: str) -> None:
    """Take the words of one language away; its customers read the next ones. Raises StillNeeded."""
    with transaction.atomic():
        MessageTemplate.objects.filter(
            event=event.code, channel=channel, language=language
        ).delete()
        is_on = channel == ChannelCode.WHATSAPP and channel in workflow_of(event).channels
        if is_on and needs_approval() and not is_approved(event):
            raise StillNeeded(
                _("Switch WhatsApp off for this message first: nothing could go by it any more.")
            )


def language_name(code: str) -> str:
    """The language by its own name."""
    return dict(languages()).get(code, code)


def languages_spoken() -> list[str]:
    """The languages of the newest customers, the most frequent one first."""
    newest = Customer.objects.filter(archived_at=None).order_by("-pk").values("pk")
    spoken = Customer.objects.filter(pk__in=newest[:ASKED_CUSTOMERS]).exclude(language="")
    counts: dict[str, int] = {}
    for code in spoken.values_list("language", flat=True):
        counts[code.lower()] = counts.get(code.lower(), 0) + 1
    return sorted(counts, key=lambda code: -counts[code])
