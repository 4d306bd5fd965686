"""Erase for good: the customer and every copy of the person, wherever one is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.http import QueryDict

from accounts.models import User
from customers import dependents, kept_exports, merged, photos, search_index
from customers.folding import derived_values
from customers.history import LeftOut, Pause, close, in_chunks, lock, no_pause, open_change_set
from customers.importing import erasing as imported
from customers.merged_logins import closed_logins
from customers.models import Change, ChangeSet, Customer, ExportRun, Note
from customers.querysets import CustomerQuerySet
from customers.words import Alternatives, in_search_text, wanted_words

NOT_DIGITS = re.compile(r"\D+")
SHORTEST_PHONE = 7  # digits; fewer could be anything
MOST_SOUGHT = 50  # people who are looked for in uploads; for more of them all uploads go unread


class Erased(NamedTuple):
    """What is left of them: that somebody erased so many customers (its size) on that day."""

    change_set: ChangeSet


@dataclass
class Traces:
    """By what a person is recognised in rows that don't name the customer."""

    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)
    search_texts: list[str] = field(default_factory=list)

    def see(self, values: dict[str, object]) -> None:
        """Remember the values of a customer now or of a change in their history."""
        for known, name in (
            (self.emails, "email"),
            (self.phones, "phone"),
            (self.photos, "photo"),
        ):
            value = values.get(name)
            if value:
                known.add(str(value))

    def are_in(self, cell: object) -> bool:
        """Whether a cell of an imported file holds an address or number of theirs, as typed."""
        text = str(cell or "").strip()
        if any(email in text.lower() for email in self.emails):
            return True
        digits = NOT_DIGITS.sub("", text).lstrip("0")
        return len(digits) >= SHORTEST_PHONE and any(
            phone.endswith(digits) or digits.endswith(phone.lstrip("+")) for phone in self.phones
        )

    def are_named(self, words: str) -> bool:
        """Whether search would find one of them by these words."""
        wanted = wanted_words(words)
        return bool(wanted) and any(is_about(text, wanted) for text in self.search_texts)


def erase_customers(
    customers: CustomerQuerySet,
    *,
    by: User | None,
    source: ChangeSet.Source,
    change_set: ChangeSet | None = None,
    pause: Pause = no_pause,
) -> Erased:
    """Remove the customers and everything that is known of them; this can't be undone.

    It reaches pictures (also earlier ones), search entries, history, notes, uploads and rows of
    imported files,
    searches that were exported, export files, logins, what dependent apps keep, and whoever was
    merged into one of them. What stays is one change set with a number.
    """
    change_set = change_set or open_change_set(ChangeSet.Kind.ERASE, by=by, source=source)
    for ids in in_chunks(customers):
        forget_uploads(customers.filter(pk__in=ids))
        with transaction.atomic():
            erase_chunk(change_set, customers.filter(pk__in=ids))
        pause()
    close(change_set, LeftOut())
    search_index.tidy_soon()
    return Erased(change_set)


def forget_uploads(meant: CustomerQuerySet) -> None:
    """Delete the uploads in which these people stand; files are not read inside a transaction."""
    if not imported.has_uploads():
        return
    customers = list(meant)
    unknowable = any(not customer.email and not customer.phone for customer in customers)
    can_be_known = not unknowable and len(customers) <= MOST_SOUGHT
    imported.forget_uploads(traces_of(customers).are_in, can_be_known=can_be_known)


def erase_chunk(change_set: ChangeSet, meant: CustomerQuerySet) -> None:
    """One transaction's worth of `erase_customers`; asks again, for somebody may be restored."""
    customers = list(meant.order_by("pk").select_for_update())
    same_person = merged.merged_into(customer.pk for customer in customers)
    customers += list(lock(same_person - {customer.pk for customer in customers}))
    traces = traces_of(customers)
    everybody = Customer.objects.filter(pk__in=[customer.pk for customer in customers])
    dependents.forget(everybody)
    traces.photos |= merged.forget([customer.pk for customer in customers])
    imported.forget_rows_of(everybody, traces.emails, traces.phones, traces.are_in)
    imported.forget_names(traces.are_in, traces.are_named)
    forget_exports(traces)
    forget_plans(traces)
    # Also of logins that are gone: what was done in the panel, the person did.
    own = ChangeSet.objects.filter(source=ChangeSet.Source.PANEL, changes__customer__in=everybody)
    own.update(by_name="")
    logins = [customer.user_id for customer in customers if customer.user_id]
    forget_logins([*logins, *closed_logins([customer.pk for customer in customers])])
    everybody.delete()
    ChangeSet.objects.filter(pk=change_set.pk).update(size=F("size") + len(customers))
    change_set.size += len(customers)
    # Before the commit: a crash in between leaves a customer without a picture, and not a picture
    # that nobody knows of.
    photos.discard(traces.photos)


def traces_of(customers: Sequence[Customer]) -> Traces:
    """What the customers, and their history, say about how to recognise them."""
    traces = Traces()
    search_texts = {customer.pk: customer.search_text for customer in customers}
    for customer in customers:
        traces.see({"email": customer.email, "phone": customer.phone, "photo": customer.photo.name})
    for change in Change.objects.filter(customer__in=customers).iterator():
        traces.see(change.before)
        traces.see(change.after)
        search_texts[change.customer_id] += search_text_of(change.before)
    traces.search_texts = list(search_texts.values())
    return traces


def search_text_of(values: dict[str, object]) -> str:
    """What search would have found while these were the values."""
    first, last, email, phone = (
        str(values.get(name) or "") for name in ("first_name", "last_name", "email", "phone")
    )
    return derived_values(first, last, email, phone, None).search_text


def forget_exports(traces: Traces) -> None:
    """Remove every export file, and blank the searches of exports that looked for these people by
    name, address or number; one that is being written by such a search is stopped."""
    kept_exports.forget_people()
    for run in ExportRun.objects.exclude(query={}).iterator():
        sought = run.query.get("q", "")
        words = wanted_words(" ".join(sought) if isinstance(sought, list) else sought)
        if words and any(is_about(text, words) for text in traces.search_texts):
            kept_exports.stop(run)
            run.query = {**run.query, "q": ""}
            run.save(update_fields=["query"])


def forget_plans(traces: Traces) -> None:
    """Blank the searches of acts that stopped before their end; nobody is picked in their place."""
    for act in ChangeSet.objects.exclude(plan=None).select_related("job"):
        plan = act.plan or {}
        words = wanted_words(QueryDict(plan.get("query") or "").get("q") or "")
        if act.has_stopped and words and any(is_about(text, words) for text in traces.search_texts):
            act.plan = {**plan, "query": None, "pks": []}
            act.save(update_fields=["plan"])


def is_about(search_text: str, words: Sequence[Alternatives]) -> bool:
    """Whether the words that were searched for find this customer, as search itself decides."""
    return all(any(in_search_text(word) in search_text for word in each) for each in words)


def forget_logins(user_ids: Sequence[int]) -> None:
    """Delete the customers' own logins; the account of somebody who works here stays."""
    logins = User.objects.filter(pk__in=user_ids, role="")
    ChangeSet.objects.filter(by__in=logins).update(by_name="")
    Note.objects.filter(author__in=logins).update(author_name="")
    logins.delete()
