"""Two mail providers on loopback, in the shapes of Postmark (JSON) and Mailgun (a form)."""

from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from tests.servers.web import Answer, Asked, web_server

KEY = "provider-key"


class MailProvider:
    """Takes mails until it is told what to answer instead."""

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[dict[str, Any]] = []
        self.answers: deque[Answer] = deque()

    def answer_next(self, status: int, body: dict[str, Any] | None, **headers: str) -> None:
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.answers.append(Answer(status, body, named))

    def answer(self, asked: Asked) -> Answer:
        if self.answers:
            return self.answers.popleft()
        if asked.path.endswith("/messages"):
            return self.as_mailgun(asked)
        return self.as_postmark(asked)

    def as_postmark(self, asked: Asked) -> Answer:
        if asked.headers.get("x-postmark-server-token") != KEY:
            return Answer(401, {"ErrorCode": 10, "Message": "Bad token"})
        mail = asked.json
        if asked.path != "/email" or not {"From", "To", "Subject", "TextBody"} <= set(mail):
            return Answer(422, {"ErrorCode": 300, "Message": "Wrong shape"})
        self.mails.append(mail)
        number = f"pm-{len(self.mails)}"
        said = {"ErrorCode": 0, "Message": "OK", "MessageID": number, "To": mail["To"]}
        return Answer(200, said)

    def as_mailgun(self, asked: Asked) -> Answer:
        login = b64encode(f"api:{KEY}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {login}":
            return Answer(401, {"message": "Forbidden"})
        mail = fields_of(asked)
        if not {"from", "to", "subject", "text"} <= set(mail):
            return Answer(400, {"message": "Wrong shape"})
        self.mails.append(mail)
        return Answer(200, {"id": f"<mg-{len(self.mails)}@example.org>", "message": "Queued."})


def fields_of(asked: Asked) -> dict[str, str]:
    """The fields of a form of either kind."""
    if "multipart" not in asked.headers.get("content-type", ""):
        return asked.form
    meta = {
        "CONTENT_TYPE": asked.headers["content-type"],
        "CONTENT_LENGTH": len(asked.body),
    }
    form, _files = MultiPartParser(meta, BytesIO(asked.body), [], "utf-8").parse()
    fields: MultiValueDict = form
    return fields.dict()


@contextmanager
def mail_provider() -> Iterator[MailProvider]:
    """A fresh stand-in; stopped at the end."""
    provider = MailProvider()
    with web_server(provider.answer) as url:
        provider.url = url
        yield provider
