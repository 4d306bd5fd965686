"""Makes the sample business, and takes away exactly what was made.

All of its customers hang on one change set of the kind SAMPLE; that is how they are told from the
customers whom people add while they are trying.
"""

import secrets
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookkinda.preferences import Preferences
from bookkinda.sample.appointments import remove_appointments, write_appointments
from bookkinda.sample.logins import give_logins
from bookkinda.sample.messages import write_messages
from bookkinda.sample.people import TAGS, Person, sample_people
from bookkinda.sample.studio import close_studio, open_studio
from customers.erasing import erase_customers
from customers.folding import derived_values
from customers.history import open_change_set, record
from customers.merged import let_go
from customers.models import Change, ChangeSet, Customer, CustomerTag, Note, Tag
from customers.querysets import CustomerQuerySet
from notifications.channels import mailbox

OWNER_EMAIL = "owner@example.org"
OWNER_NAME = "Rowan Ferry"
FACTS = {
    "business_name": "Willow Street Studio",
    "address": "14 Willow Street\nLondon",
    "phone": "+44 20 7946 0018",  # of Ofcom's numbers for films
}
# Without the letters and digits that are taken for each other.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class NotEmptyError(Exception):
    """There is something in the database already, so no sample is put among it."""


class Sample(NamedTuple):
    """The sample business as it was made; the password is nowhere else."""

    owner: User
    password: str
    customers: int


class Removed(NamedTuple):
    """What went: the customers, and how many of them people had changed since."""

    customers: int
    changed: int


def is_empty() -> bool:
    """Whether nobody works with this database yet."""
    return not User.objects.exists() and not Customer.objects.exists()


@transaction.atomic
def make_sample() -> Sample:
    """A business with customers, and an owner who can sign in. Raises NotEmptyError."""
    if not is_empty():
        raise NotEmptyError
    password = random_password()
    owner = User.objects.create_user(OWNER_EMAIL, password, name=OWNER_NAME, role=Role.OWNER)
    business = Preferences.load()
    for name, value in FACTS.items():
        setattr(business, name, value)
    business.sample_since = timezone.now()
    business.save()
    people = sample_people(business.today(), business.zone)
    customers = save_people(people, owner)
    now = business.sample_since
    give_logins(customers, now)
    studio = open_studio(owner, business.today(), now)
    write_appointments(studio, customers, owner, now, business.zone)
    write_messages(customers, now)
    return Sample(owner, password, len(customers))


def random_password() -> str:
    """Three groups of five signs, 74 bits: long enough to guess for ever, short enough to type."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(5)) for _ in range(3))


def save_people(people: list[Person], owner: User) -> list[Customer]:
    """Write the customers with their history, tags and notes, in a few statements."""
    customers = Customer.objects.bulk_create([as_customer(person) for person in people])
    change_set = open_change_set(ChangeSet.Kind.SAMPLE, by=None, source=ChangeSet.Source.SYSTEM)
    record(
        change_set,
        [
            Change(customer=customer, action=Change.Action.ADDED, version=customer.version)
            for customer in customers
        ],
    )
    tags = {name: Tag.objects.create(name=name, tone=tone) for name, tone in TAGS.items()}
    rows = list(zip(customers, people, strict=True))
    CustomerTag.objects.bulk_create(
        CustomerTag(customer=customer, tag=tags[name])
        for customer, person in rows
        for name in person.tags
    )
    Note.objects.bulk_create(
        Note(customer=customer, author=owner, author_name=owner.name, text=text, written_at=moment)
        for customer, person in rows
        for text, moment in person.dated_notes
    )
    return customers


def as_customer(person: Person) -> Customer:
    """The row for a person, with everything that search and sorting keep beside it."""
    derived = derived_values(
        person.first_name, person.last_name, person.email, person.phone, person.date_of_birth
    )
    return Customer(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        gender=person.gender,
        date_of_birth=person.date_of_birth,
        note=person.note,
        language=person.language,
        time_zone=person.time_zone,
        created_at=person.created_at,
        changed_at=person.created_at,
        **derived._asdict(),
    )


def sample_customers() -> CustomerQuerySet:
    """The customers of the sample, also those whom people edited or deleted since."""
    made_here = Change.objects.filter(
        change_set__kind=ChangeSet.Kind.SAMPLE, action=Change.Action.ADDED
    )
    customers: CustomerQuerySet = Customer.objects.filter(pk__in=made_here.values("customer"))
    return customers


def remove_sample() -> Removed:
    """Take away every customer of the sample with all that hangs on them, its tags and facts.

    Customers whom people added stay, as do tags that those have and facts that somebody changed.
    The owner's account stays, too: it is how somebody gets in. In short transactions; interrupted,
    it is called again and goes on.
    """
    customers = sample_customers()
    removed = Removed(customers.count(), customers.filter(version__gt=1).count())
    since = Preferences.load().sample_since
    # By their numbers: PostgreSQL joins tables that it has not measured yet the long way round.
    touched = Change.objects.filter(customer__in=list(customers.values_list("pk", flat=True)))
    change_sets = set(touched.values_list("change_set", flat=True))
    change_sets |= remove_appointments(customers, since)
    let_go(customers)
    erased = erase_customers(customers, by=None, source=ChangeSet.Source.SYSTEM)
    mailbox.forget_all()  # it holds passwords, which only a sample may show
    with transaction.atomic():
        erased.change_set.delete()
        emptied = ChangeSet.objects.filter(changes=None, appointment_changes=None)
        emptied.filter(pk__in=change_sets).delete()
        Tag.objects.filter(name__in=TAGS, customers=None).delete()
        if since:
            close_studio(since)
        forget_facts()
    return removed


def forget_facts() -> None:
    """Put the facts of the sample back to what a new business starts with."""
    business, fresh = Preferences.load(), Preferences()
    for name, value in FACTS.items():
        if getattr(business, name) == value:
            setattr(business, name, getattr(fresh, name))
    business.sample_since = None
    business.save()
