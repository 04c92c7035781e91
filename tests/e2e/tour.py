"""The way through every page: who opens which address, in which state of the company's Tracker.

It walks the URL table, so a new page is visited without a word here, by whoever its mark lets in; only what is no page,
who else comes, and what one visit does not show, is listed.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.factories import UserFactory
from tests.guards import world as doors_world
from tests.guards.routes import routes
from tests.guards.states import STATES, WRITABLE, states
from tests.guards.world import OWN, World, logged_in
from tests.users import codes
from tracker_portal.demo import issues as demo
from users.accounts.models import User
from users.permissions import Who

VISITORS = {Who.ANYONE: "nobody", Who.OPERATOR: "operator"}  # to a company's pages comes its owner

# Who comes where the mark does not say it: pages of allauth let anyone in and then ask.
OTHERS = {
    "orgs:company_list": "stranger",  # who has just one company is sent on to it
    "account_reauthenticate": "owner",
    "account_logout": "owner",
    "account_email": "owner",
    "account_change_password": "owner",
    "account_set_password": "passwordless",
    "account_email_verification_sent": "newcomer",
    "password_choose": "employee with a given password",
    "mfa_authenticate": "half-way in",
    "session_list": "just logged in",  # a forced login is on no list
    "mfa_activate_totp": "just logged in",
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), "keeper of a passkey"),
    **dict.fromkeys(
        (
            "mfa_reauthenticate",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_add_webauthn",
        ),
        "careful",
    ),
}

# What an address needs beside its arguments; things of the world stand in it.
QUERIES = dict.fromkeys(
    ("access:bulk_level", "access:bulk_block", "access:bulk_remove", "access:bulk_department", "access:bulk_team"),
    "?person={member}",
)

# Addresses that show no page of ours to a GET, and why; acts are known by their marks.
NO_PAGE = {
    "healthz": "for machines",
    "readyz": "for machines",
    "mail_html": "a mail as mail clients get it, inside mail_page",
    "issues:queue": "sends on to the queue's issues",
    "mfa_login_webauthn": "asked by the script of the login page",
    "mfa_reauthenticate_webauthn": "asks for a passkey, which only a browser can make",
    "mfa_download_recovery_codes": "a file",
    "orgs:tracker_calendar": "a file",
    "orgs:job_file": "a file",
    "billing:document_pdf": "a file",
    "access:people_import_failed": "a file",
    **dict.fromkeys(("suggest_login", "suggest_address", "suggest_key"), "a part of a form"),
    "access:user_password": "sends on to its link: no account of this world is the company's",
    "orgs:job_progress": "a part of job",
    "orgs:domain_progress": "a part of domain",
}

# Forms that are sent empty, to see their mistakes.
FORMS = (
    "account_signup",
    "account_login",
    "account_reset_password",
    "account_change_password",
    "account_email",
    "orgs:company_create",
    "issues:issue_create",
    "issues:issue_edit",
    "issues:queue_create",
    "issues:queue_edit",
    "access:invite",
    "access:user_create",
    "access:people_import",
    "access:invitation",
    "access:join_account",
    "access:request_decline",
    "billing:payer",
)

# Pages that say something else in another state or to somebody else.
COMPANY_PAGES = ("tracker_portal:company", "tracker_portal:tracker_settings")
READER_PAGES = (
    *COMPANY_PAGES,
    "issues:issue_list",
    "issues:issue",
    "issues:queue_list",
    "orgs:people",
    "access:access_ask",
)


SETTLED = [state for state in STATES if "stored as" not in state and state != WRITABLE]  # one of each look


@dataclass(frozen=True)
class Visit:
    """One page as one person sees it; `mistakes`: after its form was sent empty."""

    name: str
    path: str
    role: str
    state: str = WRITABLE
    status: int = 200
    mistakes: bool = False

    def __str__(self) -> str:
        return f"{self.name} by {self.role}, {self.state}{', form sent empty' if self.mistakes else ''}"


@dataclass
class Tour:
    """The world, and a browser for each role."""

    world: World
    browser: Browser
    origin: str
    pages: dict[str, Page] = field(default_factory=dict)

    def visits(self, part: int = 0, parts: int = 1) -> Iterator[Visit]:
        """One part of the pages, or all: every `parts`th address."""
        yield from itertools.islice(self.addresses(), part, None, parts)

    def addresses(self) -> Iterator[Visit]:
        """Every address, in the order of the URL table; then the same pages as others see them."""
        pages = {route.name: route for route in routes() if not route.path.startswith("/operator/")}
        paths = {name: self.world.url(route) for name, route in pages.items()}
        for name, route in pages.items():
            role, query = OTHERS.get(name) or VISITORS.get(route.door.who, "owner"), QUERIES.get(name, "")
            path = paths[name] + query.format(**self.world.things[OWN])
            if name not in NO_PAGE and "GET" in route.methods:
                yield Visit(name, path, role)
        for name in FORMS:
            role = OTHERS.get(name) or VISITORS.get(pages[name].door.who, "owner")
            yield Visit(name, paths[name], role, mistakes=True)
        yield Visit("orgs:company_list", paths["orgs:company_list"] + "?choose", "owner")
        yield Visit("no such page", "/no-such-page/", "nobody", status=404)
        yield Visit("no such page", paths["tracker_portal:company"] + "no-such-page/", "owner", status=404)
        for name in ("access:levels", "access:user_list"):  # with something staged
            yield Visit(name, paths[name], "administrator")
        yield Visit("nothing found", paths["issues:issue_list"] + "?q=zzzz", "owner")
        yield Visit("nobody found", paths["orgs:people"] + "?q=zzzz", "owner")
        for name in READER_PAGES:
            yield Visit(name, paths[name], "viewer", "read only")
        yield Visit("issues:issue_create", paths["issues:issue_create"], "viewer", "read only", 403)
        yield Visit("issues:issue_list", paths["issues:issue_list"], "viewer", "deactivated", 403)
        yield Visit("issues:issue_list", paths["issues:issue_list"], "owner", "deleted", 410)
        for state in SETTLED:
            yield Visit("tracker_portal:tracker_settings", paths["tracker_portal:tracker_settings"], "owner", state)

    def enter(self, state: str) -> None:
        ended = timezone.now() - dt.timedelta(days=10)
        facts = {
            "full_seats": 1,
            "trial_ends_at": ended,
            **dict.fromkeys(("retention_ends_at", "debt_due_at", "deleted_at")),
        }
        facts |= states(timezone.now())[state]
        Organization.objects.filter(pk=self.world.org.pk).update(**facts)

    def page(self, role: str) -> Page:
        """The role's browser. Nothing moves in it, so that no picture is taken half-way."""
        if role not in self.pages:
            context = self.browser.new_context(base_url=self.origin, reduced_motion="reduce")
            session = self.world.people[role].cookies.get("sessionid")
            if session:
                context.add_cookies([{"name": "sessionid", "value": session.value, "url": self.origin}])
            self.pages[role] = context.new_page()
            self.pages[role].add_init_script(AXE_SCRIPT)
        return self.pages[role]


def build_world() -> World:
    """The doors' world with issues to look at, a newcomer who confirms an address, and somebody without a password."""
    world = doors_world.build_world(WRITABLE)
    people = list(Membership.objects.filter(org=world.org, ended_at=None, blocked_at=None))
    demo.fill(world.org, people, now=timezone.now(), share=0.05)
    passwordless = UserFactory()
    passwordless.set_unusable_password()
    passwordless.save()
    newcomer = Client()
    newcomer.post("/start/", NEWCOMER)
    world.people |= {"newcomer": newcomer, "passwordless": logged_in(passwordless), **cast_of_security()}
    passkey = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    with platform_scope():
        mail = Mail.objects.latest("pk").pk
    world.things[OWN] |= {"mail_id": mail, "pk": passkey.pk}
    return world


def cast_of_security() -> dict[str, Client]:
    """People as far as they got: with a second step, before it, without one, with a password that was given to them."""
    careful, keeper, given = (UserFactory() for _ in range(3))
    User.objects.filter(pk=given.pk).update(first_password_ends_at=timezone.now() + dt.timedelta(days=5))
    clients = {name: Client() for name in ("careful", "half-way in", "just logged in")}
    secret = codes.give_app(careful)
    codes.give_recovery_codes(careful)
    codes.enter_password(clients["careful"], careful)
    codes.enter_code(clients["careful"], codes.code_of(secret))
    codes.enter_password(clients["half-way in"], careful)
    codes.enter_password(clients["just logged in"], UserFactory())
    clients |= {"keeper of a passkey": Client(), "employee with a given password": Client()}
    codes.enter_password(clients["keeper of a passkey"], keeper)
    codes.enter_password(clients["employee with a given password"], given)
    for name in ("careful", "just logged in", "keeper of a passkey"):
        codes.again(clients[name])
    passkey = {"type": Authenticator.Type.WEBAUTHN, "data": {"name": "Laptop"}}
    Authenticator.objects.create(user=keeper, **passkey)
    return clients


NEWCOMER = {
    "company_name": "Lovelace Engines",
    "country": "GB",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@lovelace.example",
    "password1": "a-long-enough-password",
}
