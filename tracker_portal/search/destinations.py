"""The pages that `Search or jump to…` knows: what they are called, what else people call them, and where they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.wall import refusal_page, rules
from access.wall.rules import Refusal
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from users import permissions


@dataclass(frozen=True)
class Page:
    """A page that is reached by its name; `keywords` are other words for it. Who may open it says its mark."""

    name: str | Promise
    keywords: str | Promise
    url_name: str

    def matches(self, words: list[str]) -> bool:
        """Whether each word begins one of the name's or the keywords."""
        own = f"{self.name} {self.keywords}".casefold().split()
        return all(any(each.startswith(word) for each in own) for word in words)


@dataclass(frozen=True)
class FoundPage:
    """A page that matches; `refusal` says why it does not open for this person, and is empty when it does."""

    name: str | Promise
    url: str
    refusal: str


PAGES = (
    Page(_("Main page"), _("home start company"), "tracker_portal:company"),
    Page(_("Issues"), _("list tasks bugs tickets"), "issues:issue_list"),
    Page(_("Create issue"), _("new add task bug ticket"), "issues:issue_create"),
    Page(_("Queues"), _("list projects"), "issues:queue_list"),
    Page(_("Create queue"), _("new add project"), "issues:queue_create"),
    Page(_("People"), _("address book colleagues employees"), "orgs:people"),
    Page(_("Jobs"), _("activity in progress exports imports files"), "orgs:job_list"),
    Page(_("User access management"), _("all users levels full access read only seats"), "access:user_list"),
    Page(_("Departments"), _("structure tree full access"), "access:department_list"),
    Page(_("Teams"), _("groups full access"), "access:team_list"),
    Page(_("Invite users"), _("add people invitation email"), "access:invite"),
    Page(_("Create user account"), _("add new employee login"), "access:user_create"),
    Page(_("Import from CSV"), _("add people users file"), "access:people_import"),
    Page(_("Invitations"), _("pending resend revoke"), "access:invitation_list"),
    Page(_("Access requests"), _("full access ask waiting"), "access:request_list"),
    Page(_("Invite link"), _("join add people"), "access:link"),
    Page(_("Detailed view"), _("balance charges money cost billing month forecast"), "billing:detailed"),
    Page(_("Top up"), _("pay payment card transfer balance money"), "billing:top_up"),
    Page(_("Payment details management"), _("payer billing individual legal entity vat"), "billing:payer"),
    Page(_("Documents"), _("invoices receipts pdf accounting billing"), "billing:documents"),
    Page(_("Statement"), _("ledger accounting billing csv"), "billing:statement"),
    Page(_("Tracker settings"), _("activate deactivate trial subscription price"), "tracker_portal:tracker_settings"),
    Page(_("Import and export"), _("archive backup data download"), "issues:tracker_export"),
    Page(_("Activity log"), _("audit history events"), "access:activity"),
    Page(_("Company settings"), _("general name time zone"), "orgs:company_settings"),
    Page(_("Email domains"), _("dns verify"), "orgs:domain_list"),
    Page(_("Administrators"), _("admins owners roles"), "orgs:admin_list"),
    Page(_("Company security"), _("two factor second step"), "tracker_portal:company_security"),
    Page(_("Delete company"), _("close remove data"), "orgs:company_data"),
    Page(_("My settings"), _("profile name time zone account"), "profile"),
    Page(_("Email"), _("my settings address account"), "account_email"),
    Page(_("Password"), _("my settings change account"), "account_change_password"),
    Page(_("Security"), _("my settings two factor second step passkey codes"), "mfa_index"),
    Page(_("Sessions"), _("my settings log out everywhere browsers devices"), "session_list"),
)


def matching(text: str, org: Organization, member: Membership, *, now: dt.datetime, limit: int) -> list[FoundPage]:
    """The first pages that the text names; what the member may not open is among them, locked (ux.md D3)."""
    pages = [page for page in PAGES if page.matches(text.casefold().split())][:limit]
    return [_found(page, org, member, now) for page in pages]


def _found(page: Page, org: Organization, member: Membership, now: dt.datetime) -> FoundPage:
    shut = refusal(page, org, member, now=now)
    return FoundPage(page.name, url(page, org), refusal_page.sentence(shut, org) if shut else "")


def url(page: Page, org: Organization) -> str:
    """Its address: of the company, or, for one's own pages, of none."""
    return reverse(page.url_name, kwargs={"org": org.slug} if ":" in page.url_name else None)


def refusal(page: Page, org: Organization, member: Membership, *, now: dt.datetime) -> Refusal | None:
    """Why the page is shut to the member; None when it opens."""
    mark = permissions.mark_of(resolve(url(page, org)).func)
    return rules.refusal(mark, org, member, now) if mark else None
