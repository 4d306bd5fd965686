"""What a code means, in a sentence for staff: what happened and what helps.

Codes and not the providers' texts are kept: those quote addresses, numbers and messages.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PROVIDERS_WORD = re.compile(r"(smtp|mail|twilio)-(\d{3,6})")

OURS: dict[str, str | Promise] = {
    "replaced": gettext_lazy("A newer message took its place."),
    "revoked": gettext_lazy("The login was revoked before it was sent."),
    "has-password": gettext_lazy("The customer had chosen a password before it was sent."),
    "cancelled": gettext_lazy("It was cancelled before it was sent."),
    "archived": gettext_lazy("The customer was deleted before it was sent."),
    "erased": gettext_lazy("The customer was erased before it was sent."),
    "panel-off": gettext_lazy("The Customer Panel was switched off before it was sent."),
    "appointment-gone": gettext_lazy("The appointment does not exist any more."),
    "appointment-cancelled": gettext_lazy("The appointment is cancelled."),
    "appointment-over": gettext_lazy("The appointment is over."),
    "appointment-changed": gettext_lazy("The appointment has changed since."),
    "address-changed": gettext_lazy("The e-mail address changed before it was sent."),
    "not-wanted": gettext_lazy("It was no longer needed when its turn came."),
    "opted-out": gettext_lazy("The customer does not want messages by this channel."),
    "no-address": gettext_lazy("The customer has no address or number for this channel."),
    "not-needed": gettext_lazy("Another channel took the message first."),
    "channel-off": gettext_lazy("The channel was switched off before it was sent."),
    "channel-stopped": gettext_lazy("It waits until the channel works again."),
    "quiet-hours": gettext_lazy("It waits until the customer's quiet hours are over."),
    "too-late": gettext_lazy("It was tried too often and waited too long."),
    "gave-up": gettext_lazy("It was tried too often."),
    "lease-expired": gettext_lazy("The worker was stopped too often while it sent this."),
    "not-configured": gettext_lazy(
        "This channel is not set up. The Channels page of the settings says what is missing."
    ),
    "no-template": gettext_lazy(
        "WhatsApp needs an approved template. Name its ContentSid in the template of this message."
    ),
    "error": gettext_lazy("Something went wrong here; the worker's log has it."),
    "timeout": gettext_lazy("The provider took too long to answer."),
    "no-connection": gettext_lazy("The provider could not be reached."),
}
MAIL: dict[str, str | Promise] = {
    "mail-settings": gettext_lazy("EMAIL_BACKEND, or a variable that it needs, is not right."),
    "mail-address": gettext_lazy("This is not an address that mail can be sent to."),
    "mail-rejected": gettext_lazy(
        "The mail provider does not send to this address: mail to it came back before, or it is "
        "on the provider's list of addresses not to write to."
    ),
    "mail-refused": gettext_lazy("The mail provider refused this mail."),
    "mail-401": gettext_lazy("The mail provider refused our key. Check the ANYMAIL variables."),
    "mail-402": gettext_lazy("The account at the mail provider has to be paid or topped up."),
    "mail-403": gettext_lazy(
        "The mail provider does not let us send: the key, the sender or the domain is not allowed."
    ),
    "mail-404": gettext_lazy("The mail provider does not know our domain or account."),
    "mail-bounced": gettext_lazy("The mail came back: no such mailbox, or it takes no mail."),
    "mail-blocked": gettext_lazy("The receiving mail server refused the mail as unwanted."),
    "mail-spam": gettext_lazy("The customer marked a mail of ours as spam."),
    "mail-failed": gettext_lazy("The mail provider could not send this mail."),
    "smtp-auth": gettext_lazy("The mail server refused our user name or password."),
    "smtp-certificate": gettext_lazy(
        "The mail server's certificate is not valid for the host in EMAIL_URL."
    ),
    "smtp-tls": gettext_lazy(
        "The mail server does not speak TLS on this port. smtp+tls:// is for port 587, "
        "smtp+ssl:// for port 465."
    ),
    "smtp-no-host": gettext_lazy("There is no mail server of the name in EMAIL_URL."),
    "smtp-not-offered": gettext_lazy(
        "The mail server offers no login or no TLS where EMAIL_URL asks for it."
    ),
    "smtp-sender": gettext_lazy(
        "The mail server does not let us send from this address. Check DEFAULT_FROM_EMAIL."
    ),
    "smtp-relay": gettext_lazy(
        "The mail server takes no mail from us to others. It may need a user name and password "
        "in EMAIL_URL."
    ),
    "smtp-error": gettext_lazy("The mail server answered nothing that makes sense."),
    "smtp-closed": gettext_lazy("The mail server hung up."),
    "smtp-quota": gettext_lazy("The mail server takes no more mails of this account for a while."),
    "smtp-421": gettext_lazy("The mail server is not available now."),
    "smtp-450": gettext_lazy("The mailbox is busy."),
    "smtp-451": gettext_lazy("The mail server asked to try again later."),
    "smtp-452": gettext_lazy("The mailbox or the mail server is full."),
    "smtp-530": gettext_lazy(
        "The mail server wants a login or TLS first. Check the user name, the password and the "
        "start of EMAIL_URL."
    ),
    "smtp-534": gettext_lazy("The mail server wants another way to log in, or an app password."),
    "smtp-535": gettext_lazy("The mail server refused our user name or password. Check EMAIL_URL."),
    "smtp-538": gettext_lazy("The mail server wants TLS before the login: use smtp+tls://."),
    "smtp-550": gettext_lazy("The mail server says that there is no such mailbox."),
    "smtp-551": gettext_lazy("The mailbox has moved. Ask the customer for the new address."),
    "smtp-552": gettext_lazy("The mailbox is full."),
    "smtp-553": gettext_lazy("The mail server does not accept this address. Is it spelled right?"),
    "smtp-554": gettext_lazy("The mail server refused the mail, perhaps as unwanted."),
}
PHONE: dict[str, str | Promise] = {
    "twilio-10001": gettext_lazy("The Twilio account is not active."),
    "twilio-10002": gettext_lazy("A Twilio trial account can't do this."),
    "twilio-20003": gettext_lazy(
        "Twilio refused our login. Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
    ),
    "twilio-20005": gettext_lazy("The Twilio account is not active."),
    "twilio-20008": gettext_lazy("Twilio's test credentials send nothing. Use the real ones."),
    "twilio-20404": gettext_lazy("Twilio does not know this account. Check TWILIO_ACCOUNT_SID."),
    "twilio-20429": gettext_lazy("Twilio got too many requests at once."),
    "twilio-21211": gettext_lazy("This is not a valid phone number."),
    "twilio-21212": gettext_lazy("The sender's number is not valid. Check TWILIO_SMS_FROM."),
    "twilio-21408": gettext_lazy(
        "Sending to this country is switched off at Twilio (Messaging, Geo permissions)."
    ),
    "twilio-21602": gettext_lazy("The message has no text."),
    "twilio-21603": gettext_lazy("No sender is named. Check TWILIO_SMS_FROM."),
    "twilio-21606": gettext_lazy("The sender can't send to this number. Check TWILIO_SMS_FROM."),
    "twilio-21608": gettext_lazy("A Twilio trial account sends to confirmed numbers only."),
    "twilio-21610": gettext_lazy("The customer answered STOP and gets no more SMS."),
    "twilio-21611": gettext_lazy("Too many SMS wait at Twilio."),
    "twilio-21612": gettext_lazy("The sender can't reach this number."),
    "twilio-21614": gettext_lazy("This is not a mobile number, so it gets no SMS."),
    "twilio-21617": gettext_lazy("The SMS is longer than 1,600 characters. Shorten its template."),
    "twilio-21635": gettext_lazy("This is a landline number, so it gets no SMS."),
    "twilio-21655": gettext_lazy("Twilio knows no template with this ContentSid."),
    "twilio-21656": gettext_lazy("The variables do not fit the approved template."),
    "twilio-21659": gettext_lazy("The sender is no number of this Twilio account."),
    "twilio-21660": gettext_lazy("The sender belongs to another Twilio account."),
    "twilio-21701": gettext_lazy("Twilio does not know the Messaging Service of the sender."),
    "twilio-21703": gettext_lazy("The Messaging Service at Twilio has no number to send from."),
    "twilio-21910": gettext_lazy("Sender and receiver are of two kinds. Check the sender."),
    "twilio-30001": gettext_lazy("Too many messages wait at Twilio."),
    "twilio-30002": gettext_lazy("The Twilio account is suspended."),
    "twilio-30003": gettext_lazy("The phone can't be reached: switched off, or without network."),
    "twilio-30004": gettext_lazy("The phone or its network blocks our messages."),
    "twilio-30005": gettext_lazy("This number does not exist (any more)."),
    "twilio-30006": gettext_lazy("This is a landline, or its network takes no SMS."),
    "twilio-30007": gettext_lazy("The network filtered the message out as unwanted."),
    "twilio-30008": gettext_lazy("The network did not deliver it and gave no reason."),
    "twilio-30032": gettext_lazy("The sender's toll-free number is not verified yet."),
    "twilio-30034": gettext_lazy("The sender's number is not registered (US A2P 10DLC)."),
    "twilio-63001": gettext_lazy("WhatsApp refused the sender. Check it at Twilio."),
    "twilio-63003": gettext_lazy("This number is not on WhatsApp."),
    "twilio-63005": gettext_lazy("WhatsApp did not take the content of this message."),
    "twilio-63007": gettext_lazy(
        "Twilio knows no WhatsApp sender of this number. Check TWILIO_WHATSAPP_FROM."
    ),
    "twilio-63015": gettext_lazy("In Twilio's sandbox the customer has to join first."),
    "twilio-63016": gettext_lazy(
        "WhatsApp takes a text of one's own only within 24 hours after the customer wrote. Use an "
        "approved template."
    ),
    "twilio-63018": gettext_lazy("WhatsApp got too many messages at once."),
    "twilio-63024": gettext_lazy("This number can't get WhatsApp messages."),
    "twilio-63032": gettext_lazy("WhatsApp does not let us write to this person now."),
    "twilio-63049": gettext_lazy("WhatsApp chose not to deliver this message."),
}
SENTENCES = {**OURS, **MAIL, **PHONE}


def sentence(code: str) -> str:
    """The code in words for staff; for one without words of its own, who said which number."""
    if code in SENTENCES:
        return str(SENTENCES[code])
    found = PROVIDERS_WORD.fullmatch(code)
    if not found:
        return _("It did not work (%(code)s).") % {"code": code} if code else ""
    return of_a_number(found[1], found[2])


def of_a_number(who: str, number: str) -> str:
    """For the many numbers that providers have: by their first digit, or where to look them up."""
    if who == "twilio":
        return _("Twilio answered with the error %(number)s.") % {"number": number}
    is_for_now = number.startswith("4") if who == "smtp" else number.startswith("5")
    if is_for_now:
        return _("The mail server can't take it now (%(number)s).") % {"number": number}
    return _("The mail server refused the mail (%(number)s).") % {"number": number}
