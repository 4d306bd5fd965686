"""What messages and opt-outs mean for a customer who is merged, erased or asks what is kept."""

from typing import Any

from django.db.models import QuerySet

from customers.models import Customer
from customers.querysets import CustomerQuerySet
from notifications import telling
from notifications.channels import mailbox
from notifications.models import ChannelCode, Delivery, Message, OptOut


class Messages:
    """Registered with customers/dependents.py."""

    name = "notifications"

    def move(self, customer: Customer, to: Customer) -> Any:
        """All messages; and what the customer did not want, unless the other one did not want it
        either."""
        messages = list(customer_messages(customer).values_list("pk", flat=True))
        Message.objects.filter(pk__in=messages).update(customer=to)
        known = list(OptOut.objects.filter(customer=to).values_list("channel", flat=True))
        new = OptOut.objects.filter(customer=customer).exclude(channel__in=known)
        opt_outs = list(new.values_list("pk", flat=True))
        OptOut.objects.filter(pk__in=opt_outs).update(customer=to)
        return {"messages": messages, "opt_outs": opt_outs}

    def move_back(self, customer: Customer, back_from: Customer, moved: Any) -> None:
        Message.objects.filter(pk__in=moved["messages"], customer=back_from).update(
            customer=customer
        )
        OptOut.objects.filter(pk__in=moved["opt_outs"], customer=back_from).update(
            customer=customer
        )

    def reasons_to_keep(self, customers: CustomerQuerySet) -> dict[int, str]:
        """None: what waits is dropped when its turn comes."""
        return {}

    def forget(self, customers: CustomerQuerySet) -> None:
        """Every message to these people and to their logins goes, with the addresses and what
        providers call it. A worker that has one at hand finds nothing to send."""
        pks, logins = [], []
        for pk, login in customers.values_list("pk", "user"):
            pks.append(pk)
            logins += [login] if login else []
        by_login = Message.objects.filter(customer=None, user__in=logins, user__role="")
        for messages in (Message.objects.filter(customer__in=pks), by_login):
            sent = Delivery.objects.filter(message__in=messages.values("pk"))
            addresses = sent.exclude(to="").values_list("to", flat=True)
            mailbox.forget_people(set(addresses))
            sent.delete()
            messages.delete()
        OptOut.objects.filter(customer__in=pks).delete()

    def hand_out(self, customer: Customer) -> dict[str, Any]:
        """What was said to the person, where it went and what became of it, in words."""
        messages = customer_messages(customer).prefetch_related("deliveries").order_by("pk")
        opt_outs = OptOut.objects.filter(customer=customer).order_by("channel")
        return {
            "messages": [told(message) for message in messages],
            "not_wanted": [
                {
                    "channel": ChannelCode(each.channel).label,
                    "reason": each.get_reason_display(),
                    "at": each.at,
                }
                for each in opt_outs
            ],
        }


def customer_messages(customer: Customer) -> QuerySet[Message]:
    return Message.objects.filter(customer=customer)


def told(message: Message) -> dict[str, Any]:
    return {
        "written_at": message.created_at,
        "about": telling.name_of_event(message.event),
        "deliveries": [told_delivery(each) for each in message.deliveries.all()],
    }


def told_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": ChannelCode(delivery.channel).label,
        "sent_to": delivery.to,
        "status": delivery.get_state_display(),
        "sent_at": delivery.sent_at,
    }
