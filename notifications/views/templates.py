"""The editor of one message by one channel: languages, shortcodes, preview, test, versions."""

from email.utils import parseaddr
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from bookkinda.choices import languages
from bookkinda.preferences import Preferences
from customers.values import clean_phone
from notifications import previewing, wording
from notifications.channel_setup import ICONS
from notifications.channels import channel_of
from notifications.channels.base import SendingFailed
from notifications.channels.codes import sentence
from notifications.events import Event
from notifications.forms.templates import FORMS, WhatsappForm, WordsForm, initial_of, suggestion
from notifications.models import ChannelCode, MessageTemplate
from notifications.outbox import workflow_of
from notifications.rendering import Words, house_words, words_of
from notifications.shortcodes import COMMON, problems
from notifications.trying import TooManyTests, send_now
from notifications.views.asked import channel_or_404, event_or_404


class TemplatePage(StaffRequired, View):
    """What the pages of one template have in common."""

    permission_required = roles.SETTINGS
    event: Event
    channel: ChannelCode
    language: str
    business: Preferences

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.event = event_or_404(kwargs["event"])
        self.channel = channel_or_404(self.event, kwargs["channel"])
        self.business = Preferences.load()
        asked = request.GET.get("language", "").lower()
        self.language = asked or self.business.language.lower()
        if self.language not in dict(languages()):
            raise Http404

    @property
    def address(self) -> str:
        """This page in this language."""
        path = reverse("notifications:template", args=[self.event.code, self.channel.value])
        query = QueryDict(mutable=True)
        query["language"] = self.language
        return f"{path}?{query.urlencode()}"

    def typed(self, data: QueryDict) -> WordsForm:
        return FORMS[self.channel](self.event, self.language, data)

    def filled(self, words: Words, template: MessageTemplate | None) -> WordsForm:
        version = template.version if template else 0
        initial = initial_of(self.event, words, version)
        return FORMS[self.channel](self.event, self.language, initial=initial)

    def preview_context(self, form: WordsForm, asked: str) -> dict[str, Any]:
        """The message of what stands in the form, for a real customer or appointment."""
        offered, example = previewing.examples_to_show(self.event, asked)
        words = form.typed()
        preview = previewing.preview(self.event, self.channel, words, example)
        counted = ""
        if preview.segments:
            counted = previewing.counted(preview.segments, preview.room)
        wrong = problems(self.event, words.subject, is_subject=True)
        return {
            "channel": self.channel,
            "preview": preview,
            "counted": counted,
            "example": example,
            "examples": offered,
            "is_for_team": self.event.readers is not None,
            "business": self.business,
            "sender": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            "wrong": wrong + problems(self.event, words.body),
        }

    def show(self, form: WordsForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
        templates = wording.templates_of(self.event, self.channel)
        template = templates.get(self.language)
        asked = self.request.POST.get("customer", self.request.GET.get("customer", ""))
        context = {
            "form": form,
            "event": self.event,
            "template": template,
            "versions": list(template.versions.order_by("-version")[1:6]) if template else [],
            "tabs": [(code, ICONS[code], code == self.channel) for code in self.event.texts],
            "is_on": self.channel in workflow_of(self.event).channels,
            "is_configured": channel_of(self.channel).is_configured(),
            "chips": [*self.event.shortcodes, *COMMON],
            "address": self.address,
            "test_to": self.request.POST.get("test_to", ""),
            **self.language_context(templates),
            **self.whatsapp_context(form),
            **self.preview_context(form, asked),
            **more,
        }
        return render(self.request, "notifications/template.html", context, status=status)

    def language_context(self, templates: dict[str, MessageTemplate]) -> dict[str, Any]:
        """The languages to choose from, and which words count where there are none."""
        shown = dict.fromkeys([self.business.language.lower(), *templates, self.language])
        spoken = [code for code in wording.languages_spoken() if code not in templates]
        read = wording.words_in(self.event, self.channel, self.language)
        return {
            "language": self.language,
            "language_name": wording.language_name(self.language),
            "business_language": wording.language_name(self.business.language.lower()),
            "shown_languages": [
                (code, wording.language_name(code), code in templates, code == self.language)
                for code in shown
            ],
            "spoken_languages": [(code, wording.language_name(code)) for code in spoken],
            "other_languages": [each for each in languages() if each[0] not in shown],
            "read_in": wording.language_name(read.language) if read.template else "",
        }

    def whatsapp_context(self, form: WordsForm) -> dict[str, Any]:
        """The texts to hand in for approval."""
        if not isinstance(form, WhatsappForm):
            return {}
        house = house_words(self.event, self.channel)
        text = house.second if form.secrets else house.body
        return {"secrets": form.secrets, "suggestion": suggestion(text)}


class EditTemplate(TemplatePage):
    """Shows the words that count, or those of the house or of an earlier version; saves them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        template = wording.templates_of(self.event, self.channel).get(self.language)
        words, note = self.words_to_show(template)
        return self.show(self.filled(words, template), note=note)

    def words_to_show(self, template: MessageTemplate | None) -> tuple[Words, str]:
        """The words, and what to say about them."""
        if self.request.GET.get("text") == "default":
            return house_words(self.event, self.channel), _(
                "This is the default text. It counts when you save it."
            )
        asked = self.request.GET.get("version", "")
        if template and asked.isdecimal() and len(asked) < 10:
            words = wording.words_of_version(template, int(asked))
            if words:
                return words, _("This is version %(n)s. It counts again when you save it.") % {
                    "n": asked
                }
        if template:
            return words_of(template), ""
        return wording.words_in(self.event, self.channel, self.language), ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.typed(request.POST)
        if "preview" in request.POST:
            form.is_valid()
            return self.show(form)
        if not form.is_valid():
            return self.show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            wording.save_words(
                self.event,
                self.channel,
                self.language,
                form.cleaned_data,
                version=form.cleaned_data["version"],
                by=signed_in(request),
            )
        except wording.ChangedMeanwhile as changed:
            data = request.POST.copy()
            data["version"] = str(changed.version)
            return self.show(self.typed(data), status=HTTPStatus.CONFLICT, is_stale=True)
        messages.success(request, _("The text is saved."))
        return redirect(self.address)


class PreviewTemplate(TemplatePage):
    """What stands in the form as one customer would get it; nothing is saved."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.preview_context(self.typed(request.POST), request.POST.get("customer", ""))
        return render(request, "notifications/preview.html", context)


class SendTest(TemplatePage):
    """Sends what stands in the form to oneself, with a sample password; nothing is saved."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.typed(request.POST)
        error = self.try_to_send(form)
        if not error:
            messages.success(request, _("The test is on its way. Nobody's password changed."))
        if request.htmx:  # type: ignore[attr-defined]
            context = {
                "test_error": error,
                "test_to": request.POST.get("test_to", ""),
                "channel": self.channel,
                "event": self.event,
                "language": self.language,
            }
            return render(request, "notifications/template.html#tested", context)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
        return self.show(form, status=status, test_error=error)

    def try_to_send(self, form: WordsForm) -> str:
        """Why it was not sent, or nothing."""
        if not form.is_valid():
            wrong = next(str(error) for errors in form.errors.values() for error in errors)
            return _("Mend the text first: %(wrong)s") % {"wrong": wrong}
        try:
            to = self.own_address()
            asked = self.request.POST.get("customer", "")
            _offered, example = previewing.examples_to_show(self.event, asked)
            made = previewing.preview(self.event, self.channel, form.typed(), example, to)
            send_now(self.channel, made.outgoing)
        except ValidationError as wrong:
            return " ".join(wrong.messages)
        except TooManyTests:
            return _("That were many tests. Try again in an hour.")
        except SendingFailed as failed:
            return sentence(failed.code)
        return ""

    def own_address(self) -> str:
        """One's own address, or the telephone number that was typed. Raises ValidationError."""
        if self.channel == ChannelCode.EMAIL:
            return signed_in(self.request).email
        typed = self.request.POST.get("test_to", "")
        number, _extension = clean_phone(typed, self.business.country)
        if not number:
            raise ValidationError(_("Type the number of your own phone."))
        return number


class RemoveWords(TemplatePage):
    """Asks, then takes the words of one language away."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        part = "#dialog" if request.htmx else ""  # type: ignore[attr-defined]
        templates = wording.templates_of(self.event, self.channel)
        if self.language not in templates:
            raise Http404
        context = {
            "event": self.event,
            "channel": self.channel,
            "language": self.language,
            "language_name": wording.language_name(self.language),
            "address": self.address,
        }
        return render(request, f"notifications/remove_words.html{part}", context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            wording.remove_words(self.event, self.channel, self.language)
        except wording.StillNeeded as needed:
            messages.error(request, str(needed))
        else:
            name = {"language": wording.language_name(self.language)}
            messages.success(request, _("The text in %(language)s is removed.") % name)
        return redirect(self.address)
