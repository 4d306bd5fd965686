"""What the list says in words: how many there are."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.list_parts import number, summarize
from customers.paging import CustomerPage


def announce(page: CustomerPage) -> str:
    """The sentence that a screen reader hears when the list has changed."""
    count = page.count
    if count.is_more:
        return _("More than %(number)s customers") % {"number": number(count.number)}
    text = ngettext("%(number)s customer", "%(number)s customers", count.number)
    return text % {"number": summarize(count)}
