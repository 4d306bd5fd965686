"""The words of a message, as the owner types them: one form for each channel."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import PLAIN, TypedField, line
from customers.values import clean_text
from notifications.events import Event
from notifications.models import ChannelCode
from notifications.rendering import Words, house_words
from notifications.shortcodes import missing, names_in, one_line, problems, shortcodes_of

MOST_VARIABLES = 8
SPARE_VARIABLES = 2
LONGEST_SMS = 1_600  # signs; Twilio refuses more (error 21617)
is_content_sid = RegexValidator(
    r"^HX[0-9a-fA-F]{32}$", _("A ContentSid begins with HX, and 32 digits or letters a–f follow.")
)


class WordsForm(forms.Form):
    """What the forms of all channels have in common."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, event: Event, language: str, data: Any = None, **options: Any) -> None:
        self.event = event
        self.language = language
        super().__init__(data, **options)

    def checked(self, name: str, text: str) -> str:
        """The text, if every shortcode in it is one of this event."""
        found = problems(self.event, text, is_subject=name == "subject")
        if name == "body":
            found += missing(self.event, text)
        if found:
            raise ValidationError(found)
        return text

    def typed(self) -> Words:
        """The words as they stand in the form, right or wrong."""
        return Words(self.language)


class SmsForm(WordsForm):
    body = TypedField(
        partial(clean_text, longest=LONGEST_SMS),
        label=_("Message"),
        widget=forms.Textarea({"rows": 7, "dir": "auto", "data-shortcodes": ""}),
        error_messages={"required": _("Write something first.")},
    )

    def clean_body(self) -> str:
        return self.checked("body", self.cleaned_data["body"])

    def typed(self) -> Words:
        return Words(self.language, body=str(self["body"].value() or ""))


class EmailForm(SmsForm):
    subject = TypedField(
        line(200),
        label=_("Subject"),
        widget=forms.TextInput({**PLAIN, "dir": "auto", "data-shortcodes": ""}),
        error_messages={"required": _("Write a subject: without one, mails look like spam.")},
    )
    body = TypedField(
        partial(clean_text, longest=10_000),
        label=_("Message"),
        widget=forms.Textarea({"rows": 14, "dir": "auto", "data-shortcodes": ""}),
        error_messages={"required": _("Write something first.")},
    )
    field_order = ("subject", "body", "version")

    def clean_subject(self) -> str:
        return self.checked("subject", self.cleaned_data["subject"])

    def typed(self) -> Words:
        subject = one_line(str(self["subject"].value() or ""))
        return Words(self.language, subject, str(self["body"].value() or ""))


class WhatsappForm(WordsForm):
    """The approved template and what fills its variables; two of them where one is for a secret."""

    content_sid = TypedField(line(60), label=_("ContentSid"), widget=forms.TextInput(PLAIN))

    def __init__(self, event: Event, language: str, data: Any = None, **options: Any) -> None:
        super().__init__(event, language, data, **options)
        self.secrets = [code.name for code in event.shortcodes if code.is_secret]
        if self.secrets:
            self.fields["second_content_sid"] = TypedField(
                line(60), label=_("ContentSid of the second"), widget=forms.TextInput(PLAIN)
            )
        self.add_variables()

    def add_variables(self) -> None:
        """A choice for each variable; secrets are no choice."""
        given = self.initial.get("variables_chosen", ())
        choices = [("", "–")] + [
            (code.name, f"{{{code.name}}}")
            for code in shortcodes_of(self.event).values()
            if not code.is_secret
        ]
        shown = MOST_VARIABLES if self.is_bound else len(given) + SPARE_VARIABLES
        for number in range(min(max(shown, 4), MOST_VARIABLES)):
            self.fields[f"variable{number}"] = forms.ChoiceField(
                label=f"{{{{{number + 1}}}}}",
                choices=choices,
                required=False,
                initial=given[number] if number < len(given) else "",
            )

    def variable_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("variable")]

    def chosen(self) -> list[str]:
        """The shortcodes in the order of the variables, up to the last one that is used."""
        names = [str(field.value() or "") for field in self.variable_fields()]
        while names and not names[-1]:
            names.pop()
        return names

    def clean_content_sid(self) -> str:
        is_content_sid(self.cleaned_data["content_sid"])
        return str(self.cleaned_data["content_sid"])

    def clean_second_content_sid(self) -> str:
        sid = str(self.cleaned_data["second_content_sid"])
        is_content_sid(sid)
        if sid == self.cleaned_data.get("content_sid"):
            raise ValidationError(_("This is the first template again. Name the other one."))
        return sid

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = self.chosen()
        if "" in chosen:
            number = chosen.index("")
            self.add_error(
                f"variable{number}", _("Choose what fills it, or leave the later ones empty, too.")
            )
        if self.secrets:
            cleaned["variables"], cleaned["second_variables"] = self.secrets, chosen
        else:
            cleaned["variables"] = chosen
        return cleaned

    def typed(self) -> Words:
        known = shortcodes_of(self.event)
        chosen = tuple(name for name in self.chosen() if name in known)
        secrets = tuple(self.secrets)
        house = house_words(self.event, ChannelCode.WHATSAPP)
        return Words(
            self.language,
            body=house.body,
            second=house.second,
            content_sid=str(self["content_sid"].value() or ""),
            second_content_sid=str(self["second_content_sid"].value() or "") if secrets else "",
            variables=secrets or chosen,
            second_variables=chosen if secrets else (),
        )


FORMS: dict[ChannelCode, type[WordsForm]] = {
    ChannelCode.EMAIL: EmailForm,
    ChannelCode.SMS: SmsForm,
    ChannelCode.WHATSAPP: WhatsappForm,
}


def initial_of(event: Event, words: Words, version: int) -> dict[str, Any]:
    """What the form of a channel shows at first."""
    has_secret = any(code.is_secret for code in event.shortcodes)
    chosen = words.second_variables if has_secret else words.variables
    if not words.content_sid:  # as in the text that we suggest for approval
        chosen = tuple(names_in(words.second if has_secret else words.body))
    return {
        "version": version,
        "subject": words.subject,
        "body": words.body,
        "content_sid": words.content_sid,
        "second_content_sid": words.second_content_sid,
        "variables_chosen": chosen,
    }


def suggestion(text: str) -> str:
    """A text to hand in for approval: {{1}}, {{2}} … in the places of its shortcodes."""
    for number, name in enumerate(names_in(text), start=1):
        text = text.replace(f"{{{name}}}", f"{{{{{number}}}}}")
    return text
