"""Who you are: a person with one login, the full email address. It knows no company."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from users.database.statements import Columns, Given, Statement


def full_name(first_name: str, last_name: str, email: str) -> str:
    """Name and last name; the address when both are empty."""
    return f"{first_name} {last_name}".strip() or email


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Creates an account; its address is unverified until it is proven (product.md §3)."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get(self, *args: Any, **kwargs: Any) -> User:
        """As every manager's; by `pk` alone, as every request asks for whoever is logged in, by a `Statement`."""
        if args or kwargs.keys() != {"pk"}:
            return super().get(*args, **kwargs)
        row = _by_key().first(pk=self.model._meta.pk.to_python(kwargs["pk"]))
        if row is None:
            raise self.model.DoesNotExist
        return Columns(self.model).take(iter(row))

    def end_sessions(self, ids: Iterable[int]) -> None:
        """Logs accounts out everywhere, with their very next request."""
        self.filter(pk__in=list(ids)).update(sessions_ended=models.F("sessions_ended") + 1)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser):
    """A person's login. `email` is stored in lower case and is unique whatever its case.

    `is_staff` marks an operator: someone who runs the service. While `first_password_ends_at` (UTC, excluded) is set,
    the password is one that an administrator gave: it opens only the page to choose an own one, and after that nothing.
    """

    email = models.EmailField(_("Email address"), unique=True)
    first_name = models.CharField(_("Name"), max_length=60)
    last_name = models.CharField(_("Last name"), max_length=60, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    sessions_ended = models.PositiveIntegerField(default=0)  # how often all sessions were ended; see the manager
    birth_date = models.DateField(_("Birth date"), null=True, blank=True)
    first_password_ends_at = models.DateTimeField(null=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="users_user_email_lower")]

    def __str__(self) -> str:
        return self.email

    @property
    def full_name(self) -> str:
        return full_name(self.first_name, self.last_name, self.email)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must hold to be this account's: it changes with the password, and when sessions are ended."""
        value = f"{self.password}{self.sessions_ended or ''}"
        return salted_hmac("users.models.User", value, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Operators may do what the operator's pages offer; nobody else has any permission of that kind."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return self.full_name


@cache
def _by_key() -> Statement:
    key = Given("pk", models.BigIntegerField())
    return Statement(lambda: User.objects.filter(pk=key).values_list(*Columns(User).names))
