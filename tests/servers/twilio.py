"""Twilio's way of taking messages, on loopback: it checks their shape as Twilio does, and answers
with an error code when it is told to."""

import json
import re
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from tests.servers.web import Answer, Asked, web_server

ACCOUNT = "AC" + "0" * 32
TOKEN = "t" * 32
SMS_FROM = "+15005550006"
WHATSAPP_FROM = "+14155238886"
ADDRESS = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}")
SERVICE = re.compile(r"MG[0-9a-f]{32}")
TEMPLATE = re.compile(r"HX[0-9a-f]{32}")
LONGEST = 1_600


class Twilio:
    """Takes messages until it is told what to answer instead."""

    def __init__(self) -> None:
        self.url = ""
        self.messages: list[dict[str, str]] = []
        self.refused: deque[Answer] = deque()
        self.lock = Lock()

    def refuse(self, code: int | None, status: int = 400, times: int = 1) -> None:
        """Answer the next request with this error."""
        body = {"code": code, "message": "Said by the stand-in", "status": status}
        self.refused.extend([Answer(status, body)] * times)

    def answers(self, body: dict[str, object], status: int = 201) -> None:
        """Answer the next request so."""
        self.refused.append(Answer(status, body))

    def hang_up(self) -> None:
        self.refused.append(Answer(0, None))

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            if self.refused:
                return self.refused.popleft()
            problem = problem_with(asked)
            if problem:
                return Answer(problem[0], {"code": problem[1], "message": "Wrong shape"})
            number = len(self.messages)
            self.messages.append({**asked.form, "Sid": f"SM{number:032x}"})
            return Answer(201, {"sid": f"SM{number:032x}", "status": "queued"})


def problem_with(asked: Asked) -> tuple[int, int] | None:
    """The status and the error code by which Twilio refuses such a request."""
    login = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    if asked.headers.get("authorization") != f"Basic {login}":
        return 401, 20003
    if asked.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
        return 404, 20404
    if asked.headers.get("content-type") != "application/x-www-form-urlencoded":
        return 415, 20002
    return problem_with_form(asked.form)


def problem_with_form(form: dict[str, str]) -> tuple[int, int] | None:
    to, sender = form.get("To", ""), form.get("From", "")
    service = form.get("MessagingServiceSid", "")
    if not ADDRESS.fullmatch(to):
        return 400, 21211
    if bool(sender) == bool(service):
        return 400, 21603
    if sender and not ADDRESS.fullmatch(sender):
        return 400, 21212
    if sender and sender.startswith("whatsapp:") != to.startswith("whatsapp:"):
        return 400, 21910
    if service and not SERVICE.fullmatch(service):
        return 400, 21701
    return problem_with_content(form)


def problem_with_content(form: dict[str, str]) -> tuple[int, int] | None:
    """A text, or an approved template with its variables; WhatsApp takes nothing but a template."""
    text, template = form.get("Body", ""), form.get("ContentSid", "")
    if form["To"].startswith("whatsapp:") and not template:
        return 400, 63016
    if not template:
        return (400, 21602) if not text else (400, 21617) if len(text) > LONGEST else None
    if text or not TEMPLATE.fullmatch(template):
        return 400, 21655
    variables = json.loads(form.get("ContentVariables", "{}"))
    keys = [str(number) for number in range(1, len(variables) + 1)]
    if list(variables) != keys or not all(isinstance(value, str) for value in variables.values()):
        return 400, 21656
    return None


@contextmanager
def twilio_server() -> Iterator[Twilio]:
    """A fresh stand-in; stopped at the end."""
    twilio = Twilio()
    with web_server(twilio.answer) as url:
        twilio.url = url
        yield twilio
