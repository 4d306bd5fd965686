"""What somebody typed into the search field, as words that a customer's `search_text` must hold.

All words are required, in any order. A word of three letters or more may stand anywhere inside a
word of the customer's; one or two letters are the start of a word. Digits side by side, however
they are grouped, are one phone number. `%` and `_` are plain letters; quotes mean nothing.
"""

import re
from functools import reduce
from operator import and_, or_

from django.db import connection
from django.db.models import Q

from customers.folding import fold, split_words

PHONE_PART = re.compile(r"[\d()+./‐-―−-]+")
EXTENSION = re.compile(r"(?<=\d)\s*(?:ext\.?|x|#)\s*\d{1,10}$")
TRUNK_ZERO = re.compile(r"(?<=\d)\s*\(0\)")  # +44 (0)20 7946 0000
ANYWHERE = 3  # letters from which on a word may stand inside another one
AROUND_AN_ADDRESS = '"<>(),;.[]{}'

Alternatives = tuple[str, ...]


def wanted_words(typed: str) -> list[Alternatives]:
    """The words to look for, each once; a word of several alternatives is met by any of them."""
    wanted: dict[Alternatives, None] = {}
    number = ""
    for token in [*EXTENSION.sub("", fold(typed)).split(), ""]:
        if PHONE_PART.fullmatch(token):
            number += f" {token}"
            continue
        wanted.update(dict.fromkeys(number_spellings(number)))
        wanted.update(dict.fromkeys((word,) for word in words_of(token)))
        number = ""
    return list(wanted)


def number_spellings(number: str) -> list[Alternatives]:
    """The digits without the zeros that E.164 does not keep in front; whoever has them with zeros
    is found by that, too. Of one or two digits, which begin a word, both."""
    digits = re.sub(r"\D", "", TRUNK_ZERO.sub("", number))
    if not digits:
        return []
    short = digits.lstrip("0")
    if len(short) >= ANYWHERE:
        return [(short,)]
    return [tuple(dict.fromkeys([digits, short or digits]))]


def words_of(token: str) -> list[str]:
    """An e-mail address stays whole; anything else is split like a name."""
    if "@" in token:
        return [token.strip(AROUND_AN_ADDRESS)]
    return split_words(token)


def in_search_text(word: str) -> str:
    """The piece of `search_text` that says the word is there: see folding.derived_values."""
    return f"{' ' * max(0, ANYWHERE - len(word))}{word}"


def as_condition(words: list[Alternatives], field: str = "search_text") -> Q:
    """The words as a condition on each row: LIKE, which PostgreSQL answers from its index. `field`
    is the way to the text of a customer."""
    return reduce(
        and_,
        (
            reduce(or_, (Q((f"{field}__contains", in_search_text(word))) for word in alternatives))
            for alternatives in words
        ),
        Q(),
    )


def patterns(words: list[Alternatives]) -> list[str]:
    """The parameters of `as_condition`, in their order."""
    escape = connection.ops.prep_for_like_query
    return [f"%{escape(in_search_text(word))}%" for alternatives in words for word in alternatives]


def shape_of(words: list[Alternatives]) -> tuple[int, ...]:
    """What `as_condition` looks like, whatever the words are: how many alternatives each has."""
    return tuple(map(len, words))


def words_of_shape(shape: tuple[int, ...]) -> list[Alternatives]:
    """Some words of this shape, for a statement that others are put into."""
    return [("word",) * number for number in shape]


def as_match(words: list[Alternatives]) -> str:
    """The words as an expression for SQLite's FTS5, each one a quoted string."""
    return " AND ".join(
        "({})".format(" OR ".join(quoted(in_search_text(word)) for word in alternatives))
        for alternatives in words
    )


def quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
