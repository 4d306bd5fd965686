"""The words of a message, made when it is sent: from the owner's template, or the house's text.

Languages in this order: the customer's, the same without its region, the business's and that
without its region; the first in which the owner wrote a template counts. Otherwise the house's own
words, which are English until somebody translates them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.debug import sensitive_variables

from bookkinda.preferences import Preferences
from notifications.channels.base import Outgoing
from notifications.events import Event, NotWanted, event_of
from notifications.models import ChannelCode, Delivery, Message, MessageTemplate
from notifications.reaching import reader_of
from notifications.shortcodes import (
    Line,
    Piece,
    common_values,
    fill,
    one_line,
    plain,
    shortcodes_of,
)

GONE = "not-wanted"
HOUSE_LANGUAGE = "en"
EMPTY = "–"  # WhatsApp refuses a variable without a value


@dataclass(frozen=True)
class Words:
    """What one channel says of an event in one language, its shortcodes not yet filled in."""

    language: str
    subject: str = ""
    body: str = ""
    second: str = ""
    content_sid: str = ""
    variables: tuple[str, ...] = ()
    second_content_sid: str = ""
    second_variables: tuple[str, ...] = ()
    template: MessageTemplate | None = None  # None: the words of the house


@dataclass(frozen=True)
class Block:
    """A paragraph of an e-mail, or a button."""

    lines: tuple[Line, ...] = ()
    button: Piece | None = None


@dataclass(frozen=True)
class Filling:
    """What the shortcodes of one message are worth. Secrets live as long as this object."""

    values: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@sensitive_variables()
def render(message: Message, delivery: Delivery, secrets: Mapping[str, str]) -> Outgoing:
    """What goes to `delivery.to` by this channel, with every shortcode filled in.

    Writes down on the delivery, unsaved, which template at which version and in which language it
    was made from. Raises NotWanted.
    """
    event, channel = event_of(message.event), ChannelCode(delivery.channel)
    business = Preferences.load()
    words = words_for(event, channel, languages_of(language_of(message, event), business))
    delivery.template, delivery.language = words.template, words.language
    delivery.template_version = words.template.version if words.template else 0
    filling = Filling(values_for(message, event, words.language, business), secrets)
    outgoing = compose(event, channel, words, filling, business, delivery.to)
    if event.attachments and channel == ChannelCode.EMAIL:
        with translation.override(words.language):
            return replace(outgoing, attachments=event.attachments(message))
    return outgoing


def language_of(message: Message, event: Event) -> str:
    """The reader's language, "" where it is not known. Raises NotWanted without a reader."""
    reader = message.customer or reader_of(message, event)
    if reader is None:
        raise NotWanted(GONE)
    return reader.language


def values_for(
    message: Message, event: Event, language: str, business: Preferences
) -> dict[str, str]:
    """What the shortcodes are worth now; what is said of days and times, in this language. Raises
    NotWanted."""
    with translation.override(language):
        return {**event.values(message), **common_values(message.customer, business)}


def values_then(
    message: Message, event: Event, language: str, business: Preferences
) -> dict[str, str]:
    """What they were worth, for who looks the message up; of the event's own nothing, when nobody
    knows any more."""
    common = common_values(message.customer, business)
    with translation.override(language):
        try:
            return {**(event.recall or event.values)(message), **common}
        except (NotWanted, LookupError):
            return common


def languages_of(wanted: str, business: Preferences) -> list[str]:
    """The languages to look for words in, the best one first: `wanted`, if any."""
    both = (
        code
        for language in (wanted, business.language)
        for code in (language.lower(), base_of(language))
    )
    return list(dict.fromkeys(filter(None, both)))


def base_of(language: str) -> str:
    """The language without its region: pt-br -> pt."""
    return language.lower().partition("-")[0]


def words_for(event: Event, channel: ChannelCode, languages: Sequence[str]) -> Words:
    """The owner's words in the first of these languages that has some, else the house's."""
    written = MessageTemplate.objects.filter(
        event=event.code, channel=channel, language__in=languages
    )
    if channel == ChannelCode.WHATSAPP:
        written = written.exclude(content_sid="")
    by_language = {template.language: template for template in written}
    found = next((by_language[code] for code in languages if code in by_language), None)
    return words_of(found) if found else house_words(event, channel)


def words_of(template: MessageTemplate) -> Words:
    """The owner's words."""
    return Words(
        language=template.language,
        subject=template.subject,
        body=template.body,
        content_sid=template.content_sid,
        variables=tuple(template.variables),
        second_content_sid=template.second_content_sid,
        second_variables=tuple(template.second_variables),
        template=template,
    )


def house_words(event: Event, channel: ChannelCode, language: str = HOUSE_LANGUAGE) -> Words:
    """The words that count where the owner wrote none."""
    text = event.texts[channel]
    with translation.override(language):
        return Words(language, str(text.subject), str(text.body), str(text.second))


@sensitive_variables()
def compose(
    event: Event,
    channel: ChannelCode,
    words: Words,
    filling: Filling,
    business: Preferences,
    to: str,
) -> Outgoing:
    """The message of these words; also the one of a preview and of a test."""
    codes = shortcodes_of(event)
    values = {**filling.values, **filling.secrets}
    opening = (values.get(code.name, "") for code in codes.values() if code.opens)
    secrets = tuple(filter(None, [*filling.secrets.values(), *opening]))
    if channel == ChannelCode.WHATSAPP:
        return compose_whatsapp(event, words, values, secrets, to)
    lines = fill(words.body, values, codes)
    if channel == ChannelCode.SMS:
        return Outgoing(to=to, text=plain(lines), secrets=secrets)
    subject = one_line(plain(fill(one_line(words.subject), values, codes)))
    html = letter(subject, blocks(lines), words.language, business, event)
    return Outgoing(to=to, subject=subject, text=plain(lines), html=html, secrets=secrets)


@sensitive_variables()
def compose_whatsapp(
    event: Event, words: Words, values: Mapping[str, str], secrets: tuple[str, ...], to: str
) -> Outgoing:
    """One approved template, or two: the secret's own may hold nothing else.

    Without a template the house's words, which no provider takes; the local mailbox shows them.
    """
    codes = shortcodes_of(event)
    first = None
    if words.second_content_sid or words.second:
        first = Outgoing(
            to=to,
            text=plain(fill(words.second, values, codes)),
            content_sid=words.second_content_sid,
            variables=variables(words.second_variables, values),
            secrets=secrets,
        )
    return Outgoing(
        to=to,
        text=plain(fill(words.body, values, codes)),
        content_sid=words.content_sid,
        variables=variables(words.variables, values),
        secrets=secrets,
        first=first,
    )


@sensitive_variables()
def variables(names: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """What fills {{1}}, {{2}} … of an approved template."""
    return tuple([one_line(values.get(name, "")) or EMPTY for name in names])


@sensitive_variables()
def blocks(lines: Sequence[Line]) -> list[Block]:
    """The paragraphs of an e-mail; an address alone on a line becomes a button."""
    found: list[Block] = []
    paragraph: list[Line] = []
    for line in [*lines, ()]:
        button = button_in(line)
        if line and not button:
            paragraph.append(line)
            continue
        if paragraph:
            found.append(Block(tuple(paragraph)))
            paragraph = []
        if button:
            found.append(Block(button=button))
    return found


@sensitive_variables()
def button_in(line: Line) -> Piece | None:
    """The address, when there is nothing else on the line."""
    said = [piece for piece in line if piece.text.strip()]
    piece = said[0] if len(said) == 1 else None
    return piece if piece and piece.url and piece.code else None


@sensitive_variables()
def letter(
    subject: str,
    paragraphs: Sequence[Block],
    language: str,
    business: Preferences,
    event: Event,
) -> str:
    """The HTML part: a letter of the business that mail programs show alike."""
    with translation.override(language):
        return render_to_string(
            "notifications/mail/letter.html",
            {
                "subject": subject,
                "blocks": paragraphs,
                "business": business,
                "is_for_team": event.readers is not None,
                "business_name": one_line(business.business_name),
                "logo_url": logo_url(business),
                "language": language,
                "direction": "rtl" if translation.get_language_bidi() else "ltr",
            },
        )


def logo_url(business: Preferences) -> str:
    """The logo as PNG, which every mail program shows; nothing where there is none."""
    if not business.logo_url:
        return ""
    name = business.logo_url.rpartition("/")[2]
    return settings.PUBLIC_BASE_URL + reverse("business:mail-logo", args=[name])
