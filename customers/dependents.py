"""The register of those who keep something about customers and stand above this app.

An app registers one object from its `AppConfig.ready`; `customers` asks it and never imports it.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from customers.models import Customer
from customers.querysets import CustomerQuerySet


class CannotMoveBack(Exception):
    """An app can't give back what it moved; the text says why, and undo refuses with it."""


class Dependent(Protocol):
    """What an app that keeps something about customers has to answer.

    `name` stands beside what `move` returns in the history of merges, and so never changes.
    """

    name: str

    def move(self, customer: Customer, to: Customer) -> Any:
        """Give what is kept about one customer to another one, who is the same person. Returns what
        `move_back` needs, as plain values that JSON can hold: ids, and nothing personal."""

    def move_back(self, customer: Customer, back_from: Customer, moved: Any) -> None:
        """Undo of `move`: give back what it moved, as far as it is still there; what came later
        stays. Raises CannotMoveBack."""

    def reasons_to_keep(self, customers: CustomerQuerySet) -> dict[int, str]:
        """Who can't be deleted now: {customer id: a sentence that says why}."""

    def forget(self, customers: CustomerQuerySet) -> None:
        """Remove every trace of these people; figures without the person may stay."""

    def hand_out(self, customer: Customer) -> dict[str, Any]:
        """What is kept about the person, as plain values that JSON can hold."""


registered: list[Dependent] = []


def register(dependent: Dependent) -> None:
    """Ask this object, too, from now on."""
    registered.append(dependent)


def reasons_to_keep(customers: CustomerQuerySet) -> dict[int, str]:
    """Who can't be deleted now and why; the first reason of each customer counts."""
    reasons: dict[int, str] = {}
    for dependent in registered:
        reasons = dependent.reasons_to_keep(customers) | reasons
    return reasons


def move(customer: Customer, to: Customer) -> dict[str, Any]:
    """Let every app give what it keeps about `customer` to `to`; returns what each one moved."""
    return {dependent.name: dependent.move(customer, to) for dependent in registered}


def move_back(customer: Customer, back_from: Customer, moved: Mapping[str, Any]) -> None:
    """Let every app give back to `customer` what it moved. Raises CannotMoveBack."""
    for dependent in registered:
        if dependent.name in moved:
            dependent.move_back(customer, back_from, moved[dependent.name])


def forget(customers: CustomerQuerySet) -> None:
    """Let every app remove every trace of these people."""
    for dependent in registered:
        dependent.forget(customers)


def hand_out(customer: Customer) -> dict[str, Any]:
    """Everything that the apps above keep about the person, in one mapping."""
    kept: dict[str, Any] = {}
    for dependent in registered:
        kept |= dependent.hand_out(customer)
    return kept
