"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class LeanArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's minimum: 2 passes over 19 MiB, one lane (Password Storage Cheat Sheet).

    A login costs a tenth of Django's default, so wrong logins and bulk invitations don't fill the
    machine; the limits on attempts do the rest.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
