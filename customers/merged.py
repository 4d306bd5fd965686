"""After a merge: where somebody is now, how undo parts the two, and what erasing has to reach."""

from collections.abc import Collection, Iterable

from django.utils.dateparse import parse_datetime

from customers import closing, dependents
from customers.merged_logins import give_login_back
from customers.models import Change, Customer, Merge, Note, TwoPeople
from customers.querysets import CustomerQuerySet

MOST_MERGES = 50  # in a row; more would be a ring, which no rule makes


def give_back(merge: Merge, kept: Customer, gone: Customer) -> None:
    """Undo of `move_along`: what went along goes back; what came later stays where it is.

    Raises CannotMoveBack if an app can't give back what it moved.
    """
    moved = merge.moved
    dependents.move_back(gone, kept, moved["apps"])
    Note.objects.filter(pk__in=moved["notes"], customer=kept).update(customer=gone)
    Note.objects.filter(pk=moved["note"], customer=kept).delete()
    TwoPeople.objects.filter(pk__in=moved["apart"]).delete()
    closing.follow_back(moved.get("closing"), gone, kept)
    give_login_back(merge, kept, gone)
    if "created_at" in moved:
        earlier = parse_datetime(moved["created_at"])
        Customer.objects.filter(pk=kept.pk).update(created_at=earlier)


def where_is(customer: Customer) -> Customer:
    """Whom an archived customer was merged into, and they in turn; else the customer."""
    for _step in range(MOST_MERGES):
        if not customer.is_archived:
            break
        found = Merge.objects.in_force().filter(customer=customer).select_related("into").last()
        if found is None:
            break
        customer = found.into
    return customer


def kept_instead() -> dict[int, tuple[str, int]]:
    """{customer who was merged away: (their external ID, who is there in their place)}, as far as
    somebody is."""
    rows = Merge.objects.in_force().order_by("pk")
    known = rows.values_list("customer", "customer__external_id", "into")
    found = {gone: (external, into) for gone, external, into in known}
    for gone, (external, into) in found.items():
        last = into
        for _step in range(MOST_MERGES):
            if last not in found:
                break
            last = found[last][1]
        found[gone] = (external, last)
    there = set(Customer.objects.live().filter(merged__in=rows).values_list("pk", flat=True))
    return {gone: (external, into) for gone, (external, into) in found.items() if into in there}


def merged_into(ids: Iterable[int]) -> set[int]:
    """Who was merged into one of these, or into one of those in turn, and still is."""
    found: set[int] = set()
    new = set(ids)
    while new:
        rows = Merge.objects.in_force().filter(into__in=new)
        new = set(rows.values_list("customer", flat=True)) - found
        found |= new
    return found


def let_go(customers: CustomerQuerySet) -> None:
    """Before these go and those who were merged into them are to stay: give the notes back, and cut
    the tie."""
    merges = Merge.objects.in_force().filter(into__in=customers)
    for each in merges.exclude(customer__in=customers):
        Note.objects.filter(pk__in=each.moved["notes"]).update(customer=each.customer_id)
        each.delete()


def forget(ids: Collection[int]) -> set[str]:
    """Before these customers are erased: take what merging wrote down about them from others.

    Whom they were merged into is the same person and keeps the values that are theirs by now. Where
    the merge was taken back it was somebody else, whose history loses what came from these. Returns
    pictures that nobody has any more.
    """
    pictures: set[str] = set()
    merges = Merge.objects.filter(customer__in=ids).exclude(into__in=ids)
    for each in merges.select_related("customer", "into"):
        Note.objects.filter(pk=each.moved["note"]).delete()
        if not each.is_in_force:
            pictures |= forget_values(each)
    return pictures


def forget_values(merge: Merge) -> set[str]:
    """Take the values that came from the one side out of the history of the other."""
    changes = Change.objects.filter(customer=merge.into_id, change_set__gte=merge.change_set_id)
    own = changes.filter(change_set=merge.change_set_id).first()
    came = {name: value for name, value in (own.after if own else {}).items() if name != "tags"}
    for change in changes:
        theirs = [
            name
            for name, value in came.items()
            if value in (change.before.get(name), change.after.get(name))
        ]
        for name in theirs:
            change.before.pop(name, None)
            change.after.pop(name, None)
        if theirs:
            change.save(update_fields=["before", "after"])
    return {str(came.get("photo") or "")} - {"", str(merge.into.photo.name)}
