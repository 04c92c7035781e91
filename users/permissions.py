"""The marks that say who may open a page and what kind of page it is (design rule 3).

A mark is a plain attribute of the view. The wall (`access/wall/middleware.py`) reads it; a view without one is shut,
and the system check names it at start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Who(Enum):
    """Who may open a page. Each of the last three is narrower than the one before."""

    ANYONE = "anyone"
    PERSON = "person"  # logged in, no company needed
    OPERATOR = "operator"  # runs the service
    MEMBER = "member"
    ADMINISTRATOR = "administrator"
    OWNER = "owner"


class Kind(Enum):
    """What kind of page it is."""

    PUBLIC = "public"  # of no company
    READ = "read"  # runs read-only, by POST too: previews
    PRODUCT_WRITE = "product write"  # needs full access now, in a company whose Tracker accepts writes now
    ADMINISTRATION = "administration"  # people, access, payment, lifecycle: works in read-only companies
    OWN = "own"  # own settings, unsubscribing, access requests


COMPANY_ROLES = (Who.MEMBER, Who.ADMINISTRATOR, Who.OWNER)


SHOWS = frozenset({"GET", "HEAD"})
ACTS = frozenset({"POST"})


@dataclass(frozen=True)
class Mark:
    """Who may open a page, its kind, whether it shows Tracker's data (and so needs a Tracker that is on), its methods.

    A view is marked with its methods, `@member_reads.get`: by any other it is shut with a 405, OPTIONS too. A mark that
    names none fails the system check. `again`: whoever acts there has shown within five minutes who they are.
    """

    who: Who
    kind: Kind
    tracker: bool = False
    methods: frozenset[str] = frozenset()
    again: bool = False

    def __call__(self, view: View) -> View:
        view.mark = self  # type: ignore[attr-defined]
        return view

    @property
    def get(self) -> Mark:
        return replace(self, methods=SHOWS)

    @property
    def post(self) -> Mark:
        return replace(self, methods=ACTS)

    @property
    def get_and_post(self) -> Mark:
        return replace(self, methods=SHOWS | ACTS)

    @property
    def in_company(self) -> bool:
        return self.who in COMPANY_ROLES

    @property
    def is_administration(self) -> bool:
        """Whether the page shows or does what only owners and administrators may."""
        return self.kind == Kind.ADMINISTRATION or self.who in (Who.ADMINISTRATOR, Who.OWNER)


anyone = Mark(Who.ANYONE, Kind.PUBLIC)
person = Mark(Who.PERSON, Kind.PUBLIC)
operator = Mark(Who.OPERATOR, Kind.READ)
operator_acts = Mark(Who.OPERATOR, Kind.ADMINISTRATION)
operator_acts_again = Mark(Who.OPERATOR, Kind.ADMINISTRATION, again=True)

member_reads = Mark(Who.MEMBER, Kind.READ)
member_own = Mark(Who.MEMBER, Kind.OWN)
administrator_reads = Mark(Who.ADMINISTRATOR, Kind.READ)
administrator_own = Mark(Who.ADMINISTRATOR, Kind.OWN)
administrator_acts = Mark(Who.ADMINISTRATOR, Kind.ADMINISTRATION)
owner_acts = Mark(Who.OWNER, Kind.ADMINISTRATION)

tracker_reads = Mark(Who.MEMBER, Kind.READ, tracker=True)
tracker_writes = Mark(Who.MEMBER, Kind.PRODUCT_WRITE, tracker=True)
tracker_administrator_writes = Mark(Who.ADMINISTRATOR, Kind.PRODUCT_WRITE, tracker=True)
tracker_own = Mark(Who.MEMBER, Kind.OWN, tracker=True)


# Views of libraries carry no mark of ours: this table marks them by where they come from; the first that fits counts.
MODULES = {
    "allauth.account.views.AccountInactiveView": anyone.get,
    "allauth.account.views.PasswordResetDoneView": anyone.get,
    "allauth.account.views.PasswordResetFromKeyDoneView": anyone.get,
    "allauth.account.": anyone.get_and_post,
    "allauth.mfa.base.views.AuthenticateView": anyone.get_and_post,  # before the session: it asks for its stage
    "allauth.mfa.webauthn.views.LoginWebAuthnView": anyone.get_and_post,
    "allauth.mfa.recovery_codes.views.DownloadRecoveryCodesView": person.get,
    "allauth.mfa.recovery_codes.views.ViewRecoveryCodesView": person.get,
    "allauth.mfa.webauthn.views.ListWebAuthnView": person.get,
    "allauth.mfa.": person.get_and_post,
    "django.contrib.staticfiles.": anyone.get,
}
# Pages of the operator's site (Django admin) that take a POST, by the end of their name there; the others only show.
OPERATOR_PAGES_THAT_ACT = ("_add", "_change", "_delete", "password_change")
# Those that do not ask again: the off switch is pulled in a hurry, and a change of the password asks for it itself.
OPERATOR_PAGES_AT_ONCE = ("orgs_brake_", "password_change")


def of_operator_page(name: str | None) -> Mark:
    """The mark of a page of the operator's site (Django admin), by its name there.

    What moves money or resets a second step is among those that ask again.
    """
    name = name or ""
    if name == "logout":
        return operator_acts.post
    if not name.endswith(OPERATOR_PAGES_THAT_ACT):
        return operator.get
    return (operator_acts if name.startswith(OPERATOR_PAGES_AT_ONCE) else operator_acts_again).get_and_post


def mark_of(view: Callable[..., Any]) -> Mark | None:
    """The mark of a view, ours or a library's; None when it has none."""
    return getattr(view, "mark", None) or _by_module(view)


def _by_module(view: Callable[..., Any]) -> Mark | None:
    """The mark of a library's view, by the module and, for a view made of one, the class it comes from."""
    origin = f"{getattr(view, '__module__', '')}.{getattr(getattr(view, 'view_class', view), '__name__', '')}"
    return next((mark for prefix, mark in MODULES.items() if origin.startswith(prefix)), None)
