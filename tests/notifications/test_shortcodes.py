"""Words in braces: what takes their place, and which ones are refused."""

import pytest

from notifications import texts
from notifications.events import EVENTS, Event
from notifications.models import ChannelCode
from notifications.shortcodes import COMMON, fill, missing, plain, problems, shortcodes_of

ACCESS = Event(
    code="portal-access",
    name="Access to Customer Panel",
    description="",
    group=texts.PANEL_GROUP,
    icon="key-round",
    shortcodes=(texts.PASSWORD,),
    texts=texts.PORTAL_ACCESS,
)
RESET = Event(
    code="password-reset",
    name="Password reset",
    description="",
    group=texts.PANEL_GROUP,
    icon="lock",
    shortcodes=(texts.RESET_URL,),
    texts=texts.PASSWORD_RESET,
)
CODES = shortcodes_of(ACCESS)
VALUES = {code.name: str(code.sample) for code in CODES.values()}
ALL_TEXTS = {
    "portal-access": (texts.PORTAL_ACCESS, (texts.PASSWORD,)),
    "password-reset": (texts.PASSWORD_RESET, (texts.RESET_URL,)),
    "password-changed": (texts.PASSWORD_CHANGED, ()),
    "email-changed": (texts.EMAIL_CHANGED, ()),
    "confirm-email": (texts.CONFIRM_EMAIL, (texts.CONFIRM_URL,)),
    "sign-in": (texts.SIGN_IN, (texts.SIGN_IN_URL, texts.SIGN_IN_CODE)),
    "birthday": (texts.BIRTHDAY, ()),
}


def filled(text: str, **values: str) -> str:
    return plain(fill(text, {**VALUES, **values}, CODES))


def test_a_value_takes_the_place_of_its_shortcode():
    assert filled("Hello {customer_first_name} {customer_last_name},") == "Hello Amelia Clarke,"


@pytest.mark.parametrize(
    "name",
    [
        "{customer_panel_password}",
        "{{customer_panel_password}}",
        "{customer_first_name.__class__}",
        "{0}",
        "%(customer_email)s",
        "$customer_email",
        "{% debug %}",
    ],
)
def test_a_value_is_never_read_again(name):
    assert filled("Hello {customer_first_name}", customer_first_name=name) == f"Hello {name}"


@pytest.mark.parametrize(
    "text",
    [
        "{customer_first_name.__init__.__globals__}",
        "{customer_first_name!r}",
        "{customer_first_name:>100000000}",
        "{customer_first_name[0]}",
        "{settings}",
        "{}",
        "{0}",
        "50 % { off }",
    ],
)
def test_nothing_but_a_plain_name_is_a_shortcode(text):
    assert filled(text) == text


def test_a_value_with_line_ends_stays_on_its_line():
    assert filled("Hi {customer_first_name}!", customer_first_name="A\r\nBcc: x\u2028y\0") == (
        "Hi A Bcc: x y!"
    )


def test_a_line_whose_values_are_all_empty_is_left_out_with_its_words():
    text = "Hello,\n\nPhone: {business_phone}\n\nBye {customer_first_name} {business_phone}"

    assert filled(text, business_phone="") == "Hello,\n\nBye Amelia "


def test_a_missing_secret_is_an_error_and_never_an_empty_place():
    values = {name: value for name, value in VALUES.items() if name != "customer_panel_password"}

    with pytest.raises(KeyError):
        fill("Password: {customer_panel_password}", values, CODES)


def test_the_password_is_refused_elsewhere_with_its_name_and_the_reason():
    [sentence] = problems(RESET, "Password: {customer_panel_password}")

    assert "{customer_panel_password}" in sentence
    assert "only in Access to Customer Panel" in sentence
    assert "hashed" in sentence
    assert problems(ACCESS, "Password: {customer_panel_password}") == []


def test_a_shortcode_of_another_event_is_refused_with_the_name_of_that_event(monkeypatch):
    monkeypatch.setitem(EVENTS, "password-reset", RESET)

    assert problems(ACCESS, "{password_reset_url}") == [
        "{password_reset_url} exists only in “Password reset”."
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{customer_name}", "is not a shortcode"),
        ("{custmer_email}", "Do you mean {customer_email}?"),
        ("{Customer_Email}", "Do you mean {customer_email}?"),
        ("{ customer_email }", "Do you mean {customer_email}?"),
        ("{customer email}", "Do you mean {customer_email}?"),
        ("{{customer_email}}", "Write {customer_email} with one brace"),
        ("{customer_email is yours", "{customer_email has no closing brace"),
        ("{something}", "{something} is not a shortcode of this message."),
    ],
)
def test_a_wrong_shortcode_is_refused_with_its_name(text, sentence):
    [found] = problems(ACCESS, text)

    assert sentence in found


def test_each_wrong_shortcode_is_said_once():
    assert len(problems(ACCESS, "{a} {a} {b} {customer_email}")) == 2


def test_braces_around_anything_else_are_left_alone():
    assert problems(ACCESS, "Save {20 %} now :-{ }") == []


def test_a_secret_cannot_stand_in_the_subject():
    [sentence] = problems(ACCESS, "Password {customer_panel_password}", is_subject=True)

    assert "{customer_panel_password} cannot stand in the subject" in sentence


def test_a_message_without_its_secret_is_refused():
    [sentence] = missing(ACCESS, "Hello {customer_first_name}")

    assert "{customer_panel_password} is missing" in sentence


@pytest.mark.parametrize("code", ALL_TEXTS)
def test_the_texts_of_the_house_keep_the_rules_of_the_house(code):
    words, own = ALL_TEXTS[code]
    event = Event(code, code, "", "", "", own, words)

    for channel, text in words.items():
        assert problems(event, str(text.subject), is_subject=True) == []
        assert problems(event, str(text.body)) == []
        assert problems(event, str(text.second)) == []
        assert missing(event, str(text.body)) == []
        assert bool(text.subject) == (channel == ChannelCode.EMAIL)


def test_no_second_text_holds_a_secret():
    for words, own in ALL_TEXTS.values():
        for text in words.values():
            assert not [code.name for code in own if code.is_secret and code.name in text.second]


def test_every_event_has_the_common_shortcodes():
    assert set(shortcodes_of(RESET)) == {"password_reset_url", *(code.name for code in COMMON)}


def test_filled_lines_show_no_value_to_a_debugger():
    values = VALUES | {"customer_panel_password": "q9wr7tgh3bnm"}

    lines = fill("Password: {customer_panel_password}", values, CODES)

    assert "q9wr7tgh3bnm" in plain(lines)
    assert "q9wr7tgh3bnm" not in repr(lines)
