"""Who can sign in: staff, and the customers whom staff allowed to."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalize_address
from accounts.roles import PERMISSIONS, Role


class UserManager(BaseUserManager["User"]):
    """Makes users whose address is always in its one normal spelling."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user; without a password nobody can sign in as them. Raises ValidationError."""
        user = self.model(email=normalize_address(email), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            # The sign-in library's own list; accounts/changing_address.py is the only other writer.
            user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        try:
            address = normalize_address(username or "")
        except ValidationError:
            raise self.model.DoesNotExist from None
        return self.get(email=address)


class User(AbstractBaseUser):
    """A person with a login. The e-mail address is the username, any case the same.

    Staff have a role, customers have none: the role is the only source of permissions
    (accounts/roles.py), so a customer's login cannot hold any.
    """

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    second_factor_required = models.BooleanField(_("must use a second factor"), default=False)
    # Until when the password that was sent works; NULL for one that the person chose.
    one_time_until = models.DateTimeField(null=True, editable=False)
    date_joined = models.DateTimeField(_("added"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    emailaddress_set: Any  # the sign-in library's own list of addresses

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_any_case",
                violation_error_message=_("Somebody signs in with this e-mail address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Staff work in the back office; everybody else is a customer."""
        return bool(self.role)

    @property
    def permissions(self) -> frozenset[str]:
        """What the user may do today: the permissions of the role, none when suspended."""
        return PERMISSIONS.get(self.role, frozenset()) if self.is_active else frozenset()

    # The three questions below are Django's own, so that its mixins and templates can ask them.

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return obj is None and perm in self.permissions

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.permissions)


class MailedSignIn(models.Model):
    """A way in that somebody asked for by e-mail in one browser: a link, or a code of six digits.

    There is a row for an address that nobody signs in with, too, so that both cost the same. What
    was mailed is kept as a keyed hash (accounts/mailed_sign_in.py); blank until it is sent.
    """

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
