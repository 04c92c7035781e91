"""The tables of people."""

from users.accounts.models import User, UserManager

__all__ = ["User", "UserManager"]
