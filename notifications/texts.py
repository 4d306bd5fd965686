"""The words of the house for every event, and the shortcodes that the events of the login add.

They count where the owner wrote none. Nobody sends the ones for WhatsApp as they stand: they are
what to hand in to Meta for approval, and what the local mailbox shows.
"""

from django.utils.translation import gettext_lazy as _

from notifications.events import DefaultText, Shortcode
from notifications.models import ChannelCode

EMAIL, SMS, WHATSAPP = ChannelCode.EMAIL, ChannelCode.SMS, ChannelCode.WHATSAPP

PANEL_GROUP = _("Customer Panel")
CARE_GROUP = _("Care")

PASSWORD = Shortcode(
    "customer_panel_password",
    _("The one-time password, new in each message"),
    "k7vmrqt29dxe",
    is_secret=True,
)
RESET_URL = Shortcode(
    "password_reset_url",
    _("The address at which a new password is chosen"),
    "https://example.com/password/reset/sample/",
    is_secret=True,
    button=_("Choose a new password"),
)
CONFIRM_URL = Shortcode(
    "confirm_url",
    _("The address that confirms the new e-mail address"),
    "https://example.com/panel/confirm/sample/",
    is_secret=True,
    button=_("Confirm this address"),
)
SIGN_IN_URL = Shortcode(
    "sign_in_url",
    _("The address that signs in, where links are chosen in the settings"),
    "https://example.com/sign-in/link/sample/",
    is_secret=True,
    button=_("Sign in"),
)
SIGN_IN_CODE = Shortcode(
    "sign_in_code",
    _("The 6-digit code, where codes are chosen in the settings"),
    "482913",
    is_secret=True,
)

PORTAL_ACCESS = {
    EMAIL: DefaultText(
        subject=_("Your login for {business_name}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "{business_name} has opened its Customer Panel for you.\n\n"
            "Username: {customer_email}\n"
            "Password: {customer_panel_password}\n\n"
            "{customer_panel_url}\n\n"
            "The password is for the first time only: you will be asked to choose one of your own."
            "\n\n"
            "See you soon,\n"
            "{business_name}"
        ),
    ),
    SMS: DefaultText(
        _(
            "{business_name}: your login is ready. {customer_panel_url}\n"
            "Username: {customer_email}\n"
            "Password: {customer_panel_password}"
        )
    ),
    WHATSAPP: DefaultText(
        _("{customer_panel_password} is your password. For your security, do not share it."),
        second=_(
            "Hello {customer_first_name}, {business_name} has opened its Customer Panel for you: "
            "{customer_panel_url} Your username is {customer_email}. Your password comes in a "
            "message of its own."
        ),
    ),
}

PASSWORD_RESET = {
    EMAIL: DefaultText(
        subject=_("Choose a new password for {business_name}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "somebody, probably you, asked for a new password for your login.\n\n"
            "{password_reset_url}\n\n"
            "The link works once and for a short time. If you did not ask for it, do nothing: your "
            "password stays as it is.\n\n"
            "{business_name}"
        ),
    ),
    SMS: DefaultText(
        _("{business_name}: choose a new password here, once: {password_reset_url}"),
    ),
}

PASSWORD_CHANGED = {
    EMAIL: DefaultText(
        subject=_("Your password was changed"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "the password of your login at {business_name} was changed.\n\n"
            "Was it you? Then there is nothing to do. If it was not you, choose a new one at once "
            "with “Forgot password?” on the sign-in page, and tell us.\n\n"
            "{customer_panel_url}\n\n"
            "{business_name}\n"
            "{business_phone}"
        ),
    ),
    SMS: DefaultText(
        _(
            "{business_name}: your password was changed. Was it not you? Choose a new one at once: "
            "{customer_panel_url}"
        )
    ),
    WHATSAPP: DefaultText(
        _(
            "Your password at {business_name} was changed. Was it not you? Choose a new one at "
            "once: {customer_panel_url}"
        )
    ),
}

EMAIL_CHANGED = {
    EMAIL: DefaultText(
        subject=_("Your username was changed"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "your login at {business_name} has another e-mail address now. You sign in with the "
            "new one, and this one gets no more messages about it.\n\n"
            "Was it not you? Then tell us at once.\n\n"
            "{business_name}\n"
            "{business_phone}"
        ),
    ),
    SMS: DefaultText(
        _(
            "{business_name}: the e-mail address of your login was changed. Was it not you? Tell "
            "us at once."
        )
    ),
}

LOGIN_CLOSED = {
    EMAIL: DefaultText(
        subject=_("You have one login now"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "you had two logins at {business_name}, and they are one now. From today you sign in "
            "with your other e-mail address and the password that belongs to it. This address "
            "signs in no more.\n\n"
            "Do you have no other login here? Then tell us.\n\n"
            "{business_name}\n"
            "{business_phone}"
        ),
    ),
}

CONFIRM_EMAIL = {
    EMAIL: DefaultText(
        subject=_("Confirm your new e-mail address"),
        body=_(
            "Hello,\n\n"
            "this address is to become your username at {business_name}. Until you confirm it, you "
            "sign in with the old one.\n\n"
            "{confirm_url}\n\n"
            "If you did not ask for it, do nothing.\n\n"
            "{business_name}"
        ),
    )
}

SIGN_IN = {
    EMAIL: DefaultText(
        subject=_("Sign in to {business_name}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "here is what you asked for to sign in. It works once and for a short time.\n\n"
            "Your code: {sign_in_code}\n\n"
            "{sign_in_url}\n\n"
            "If you did not ask for it, do nothing.\n\n"
            "{business_name}"
        ),
    )
}

BIRTHDAY = {
    EMAIL: DefaultText(
        subject=_("Happy birthday, {customer_first_name}"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "all the best for your birthday. Have a lovely day.\n\n"
            "Your team of {business_name}\n"
            "{business_phone}"
        ),
    ),
    SMS: DefaultText(
        _("Happy birthday, {customer_first_name}! All the best from {business_name}.")
    ),
    WHATSAPP: DefaultText(
        _("Happy birthday, {customer_first_name}! All the best from {business_name}.")
    ),
}
