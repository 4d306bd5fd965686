"""What the list says in words: how many there are, and which page this is."""

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.counting import Count
from customers.paging import Page


def number(value: int) -> str:
    """The number with the separators of the reader's language."""
    return str(localize(value, use_l10n=True)) if value < 1000 else f"{value:,}"


def summarize(count: Count) -> str:
    """1,284, or 1,000+, or about 1,000,000."""
    if count.is_about:
        return _("about %(number)s") % {"number": number(round(count.number, -3))}
    return f"{number(count.number)}+" if count.is_more else number(count.number)


def announce(page: Page) -> str:
    """The sentence that a screen reader hears when the list has changed."""
    count = page.count
    if count.is_more:
        return _("More than %(number)s customers") % {"number": number(count.number)}
    text = ngettext("%(number)s customer", "%(number)s customers", count.number)
    return text % {"number": summarize(count)}
