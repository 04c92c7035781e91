"""Doors at which an outsider could learn from the time of an answer whether an address is known: none answers early.

A new account is written there for an unknown address and a mail for a known one; that differs by some milliseconds.
"""

from __future__ import annotations

PASSWORD = 0.8  # seconds; a password is hashed on the way, which takes about a quarter of a second
LOGIN = 0.5
SHORT = 0.25

# (route, method) → seconds from the request's arrival before which no answer leaves
NOT_BEFORE = {
    ("account_login", "POST"): LOGIN,
    ("account_signup", "POST"): PASSWORD,
    ("join_account", "POST"): PASSWORD,
    ("account_reset_password", "POST"): SHORT,
    ("account_email_verification_sent", "GET"): SHORT,
    ("account_email_verification_sent", "POST"): SHORT,
}


def wait(route: str | None, method: str | None, took: float) -> float:
    """The seconds that an answer has to wait which took `took` seconds."""
    return max(0.0, NOT_BEFORE.get((route or "", method or ""), 0.0) - took)
