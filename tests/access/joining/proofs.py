"""The machine behind `test_proofs.py`: people, addresses, invitations, links, a domain and the clock, in any order.

It keeps its own book of what was mailed to whom, which addresses are proved, when links were on and domains verified;
it never asks the product. After every step each new membership must find its proof in that book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from access.invitations import invitations, invite_links
from access.invitations.invite_links import Limits
from access.joining import acceptance
from access.members import accounts, members, roles
from access.members.accounts import Account
from access.members.members import Terms
from orgs.audit import audit
from orgs.companies import companies
from orgs.domains.models import Domain, DomainState
from orgs.people.joining_models import Invitation, InviteLink
from orgs.people.models import Department
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.access.invitations.copied import token as link_token
from tests.access.joining.book import LIFE, Book, Link, Mailed
from tests.factories import UserFactory
from users.accounts.models import User

LIMIT = 6
ANY = st.integers(0, 30)  # a number is taken modulo how many there are
HERE, ELSEWHERE = "northwind.example", "example.net"


class Proofs(RuleBasedStateMachine):
    """People, addresses, invitations, links, a domain and the clock, in any order."""

    @initialize()
    def found(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now, self.book = timezone.now(), Book()
        self.users: list[User] = []
        self.meet(proved=True, here=True)
        company = {"name": "Northwind", "country": "DE", "time_zone": "UTC"}
        self.org = companies.create(owner=self.users[0], now=self.now, **company)
        Organization.objects.filter(pk=self.org.pk).update(account_limit=LIMIT)
        self.seen = set(self.org.memberships.values_list("pk", flat=True))  # the founder's proof is the foundation
        with company_scope(self.org.pk):
            self.terms = Terms(Level.READ_ONLY, Department.objects.get(org=self.org, parent=None))
            dates = {"added_at": self.now, "checked_at": self.now}
            self.domain = Domain.objects.create(org=self.org, name=HERE, challenge="x", **dates)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # --- what happens outside ---------------------------------------------------------------------------
    @rule(proved=st.booleans(), here=st.booleans())
    def meet(self, proved: bool, here: bool) -> None:
        user = UserFactory(email=f"user{len(self.users)}@{HERE if here else ELSEWHERE}")
        self.users.append(user)
        EmailAddress.objects.filter(user=user).update(verified=proved)
        if proved:
            self.book.proved.add((user.pk, user.email))

    @rule(who=ANY)
    def prove(self, who: int) -> None:
        user = self.pick(self.users, who)
        EmailAddress.objects.filter(user=user).update(verified=True)
        self.book.proved.add((user.pk, user.email))

    @rule(verified=st.booleans())
    def check_domain(self, verified: bool) -> None:
        state = DomainState.VERIFIED if verified else DomainState.LOST
        dates = {"verified_at": self.now, "lost_at": None} if verified else {"verified_at": None, "lost_at": self.now}
        with company_scope(self.org.pk):
            Domain.objects.filter(pk=self.domain.pk).update(state=state, **dates)
        self.book.verified = verified

    @rule(days=st.integers(1, 15))
    def wait(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    # --- what administrators do --------------------------------------------------------------------------
    @rule(who=ANY, actor=ANY, unknown=st.booleans())
    def invite(self, who: int, actor: int, unknown: bool) -> None:
        email = f"new{who % 4}@{ELSEWHERE}" if unknown else self.pick(self.users, who).email
        by = self.member(actor)
        if self.act(invitations.invite, org=self.org, emails=[email], terms=self.terms, actor=by):
            self.note_mail(email, by)

    @rule(which=ANY, actor=ANY)
    def resend(self, which: int, actor: int) -> None:
        if self.book.mails:
            mail, by = self.pick(self.book.mails, which), self.member(actor)
            if self.act(invitations.resend, invitation=mail.row, actor=by):
                self.note_mail(mail.email, by)

    @rule(which=ANY, actor=ANY)
    def revoke(self, which: int, actor: int) -> None:
        if self.book.mails:
            mail = self.pick(self.book.mails, which)
            if self.act(invitations.revoke, invitation=mail.row, actor=self.member(actor)):
                self.end_mails(mail.row)

    @rule(days=st.sampled_from([None, 3]), uses=st.sampled_from([None, 1]), bound=st.booleans(), actor=ANY)
    def link_on(self, days: int | None, uses: int | None, bound: bool, actor: int) -> None:
        ends = self.now + dt.timedelta(days=days) if days else None
        limits = Limits(ends, uses, (HERE,) if bound else ())
        is_on = any(link.off_at is None for link in self.book.links)
        given = {"org": self.org, "terms": self.terms, "limits": limits, "actor": self.member(actor)}
        if self.act(invite_links.switch_on, **given) and not is_on:
            self.book.links.append(Link(self.current_token(), self.now, limits))

    @rule(actor=ANY, again=st.booleans())
    def link_off(self, actor: int, again: bool) -> None:
        verb = invite_links.replace if again else invite_links.switch_off
        on = [link for link in self.book.links if link.off_at is None]
        if self.act(verb, org=self.org, actor=self.member(actor)) and on:
            on[0].off_at = self.now
            if again:
                ends = self.now + LIFE if on[0].limits.expires_at else None
                limits = Limits(ends, on[0].limits.max_uses, on[0].limits.domains)
                self.book.links.append(Link(self.current_token(), self.now, limits))

    @rule(actor=ANY, who=ANY)
    def create(self, actor: int, who: int) -> None:
        account = Account("Maya", "Chen", dt.date(1990, 3, 27), f"user{who}", HERE)
        given = {"password": "given-by-the-administrator", "terms": self.terms, "actor": self.member(actor)}
        self.come_in("account", lambda _: self.book.verified, accounts.create, org=self.org, account=account, **given)

    @rule(verb=st.sampled_from(["block", "unblock", "remove"]), actor=ANY, who=ANY)
    def change_state(self, verb: str, actor: int, who: int) -> None:
        self.act(getattr(members, verb), member=self.member(who), actor=self.member(actor))

    @rule(role=st.sampled_from(["owner", "administrator", "employee"]), actor=ANY, who=ANY)
    def change_role(self, role: str, actor: int, who: int) -> None:
        self.act(roles.change, member=self.member(who), role=role, actor=self.member(actor))

    # --- what people do with a token ----------------------------------------------------------------------
    @rule(which=ANY, who=ANY)
    def accept(self, which: int, who: int) -> None:
        if self.book.mails:
            mail, user = self.pick(self.book.mails, which), self.pick(self.users, who)
            proof = self.proof_of(mail, lambda: (user.pk, mail.email) in self.book.proved)
            self.come_in("existing", proof, acceptance.accept, token=mail.token, user=user)

    @rule(which=ANY)
    def accept_as_new(self, which: int) -> None:
        if self.book.mails:
            mail = self.pick(self.book.mails, which)
            proof = self.proof_of(mail, lambda: mail.email not in {user.email for user in self.users})
            person = acceptance.Person("Priya", "Nair", "a-long-enough-password")
            self.come_in("new", proof, acceptance.accept_as_new, token=mail.token, person=person)

    @rule(which=ANY, who=ANY)
    def follow(self, which: int, who: int) -> None:
        if self.book.links:
            link, user = self.pick(self.book.links, which), self.pick(self.users, who)

            def proof(_: Membership) -> bool:
                is_proved = (user.pk, user.email) in self.book.proved
                return is_proved and link.is_on(self.now) and link.lets_in(user.email)

            if self.come_in("link", proof, invite_links.join, token=link.token, user=user):
                link.came += 1

    def proof_of(self, mail: Mailed, fits: Callable[[], bool]) -> Callable[[Membership], bool]:
        """The newest mail of an open invitation, within its 14 days, sent by whoever still may invite."""

        def proof(member: Membership) -> bool:
            by = Membership.objects.get(pk=mail.by.pk)
            may_invite = by.role != "employee" and not (by.blocked_at or by.ended_at)
            is_open = mail.counts and mail.sent_at <= self.now < mail.sent_at + LIFE
            has_address = fits()
            self.end_mails(mail.row)
            return may_invite and is_open and has_address

        return proof

    # --- tools ---------------------------------------------------------------------------------------------
    def act(self, verb: Callable[..., Any], **given: Any) -> bool:
        """Whether the product did it."""
        try:
            verb(now=self.now, **given)
        except Refused:
            return False
        return True

    def come_in(
        self, kind: str, proof: Callable[[Membership], bool], verb: Callable[..., Membership], **given: Any
    ) -> bool:
        """Whether somebody came in by it; then the book must know why."""
        try:
            member = verb(now=self.now, **given)
        except Refused:
            return False
        assert member.joined_at == self.now
        assert proof(member), f"{member} came in by {kind} without a proof"
        if member.user_id not in {user.pk for user in self.users}:
            self.users.append(member.user)
            self.book.proved.add((member.user_id, member.user.email))
        self.seen.add(member.pk)
        self.book.proofs[kind] += 1
        return True

    def note_mail(self, email: str, by: Membership) -> None:
        """The newest mail to the address, unless the person is here and got none."""
        texts = mailed.texts(email)
        if len(texts) > sum(mail.email == email for mail in self.book.mails):
            with company_scope(self.org.pk):
                row = Invitation.objects.filter(org=self.org, email=email).latest("pk")
            self.end_mails(row)
            self.book.mails.append(Mailed(mailed.token(email), email, by, self.now, row))

    def end_mails(self, row: Invitation) -> None:
        for mail in self.book.mails:
            mail.counts = mail.counts and mail.row.pk != row.pk

    def current_token(self) -> str:
        with company_scope(self.org.pk):
            return link_token(InviteLink.objects.get(org=self.org, off_at=None))

    def member(self, number: int) -> Membership:
        return self.pick(list(self.org.memberships.order_by("pk")), number)

    def pick(self, rows: list[Any], number: int) -> Any:
        return rows[number % len(rows)]

    @invariant()
    def everybody_has_a_proof_and_the_house_is_in_order(self) -> None:
        if not hasattr(self, "org"):
            return
        now_here = set(Membership.objects.filter(org=self.org).values_list("pk", flat=True))
        assert now_here == self.seen, "somebody came in by no door of the book"
        assert Membership.objects.current().filter(org=self.org).count() <= LIMIT
        assert Membership.objects.owners().filter(org=self.org).exists()
        with company_scope(self.org.pk):
            assert audit.broken_at(self.org) is None
