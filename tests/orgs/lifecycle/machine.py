"""Histories of one company: every step is done to the product and to the model, and both must agree after it."""

from __future__ import annotations

import datetime as dt
import itertools
from copy import deepcopy
from random import Random
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from access.wall import rules
from orgs.audit import audit
from orgs.companies import companies
from orgs.lifecycle import closing, data_deletion, notices
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle import sweep as sweeping
from orgs.lifecycle.models import Notice
from orgs.mail.models import Mail
from orgs.tenancy import scopes
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import UserFactory
from tests.orgs.lifecycle.closing.model import Company
from tests.orgs.lifecycle.model import DAY, Refuse

SECOND = dt.timedelta(seconds=1)
STARTS = [
    dt.datetime(2026, 12, 5, 9, 12, 30, 5, tzinfo=dt.UTC),
    dt.datetime(2028, 1, 30, 23, 59, 59, tzinfo=dt.UTC),  # a leap year's February lies ahead
    dt.datetime(2027, 3, 1, 0, 0, 0, tzinfo=dt.UTC),  # and here the night that has 23 hours in Europe
]
AROUND = st.sampled_from([-SECOND, dt.timedelta(0), SECOND])


class Histories(RuleBasedStateMachine):
    @initialize(start=st.sampled_from(STARTS), quiet=st.integers(0, 12), seats=st.sampled_from([0, 0, 1, 6]))
    def found(self, start: dt.datetime, quiet: int, seats: int) -> None:
        """A company of any age: histories of 30 random steps alone would seldom come to its end."""
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.model, self.events_checked = Company(now=start), 0
        self.org = companies.create(
            owner=UserFactory(), name="Northwind", country="DE", time_zone="Europe/Berlin", now=start
        )
        self.owner = Membership.objects.get(org=self.org)
        if quiet or seats:
            self.switch("activate")
            self.change_seats(seats)
            self.pass_quietly(quiet, mail_server=True)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @property
    def now(self) -> dt.datetime:
        return self.model.now

    # --- what people do ---------------------------------------------------------------------------------
    @rule(verb=st.sampled_from(["activate", "deactivate"]))
    def switch(self, verb: str) -> None:
        try:
            getattr(self.model, verb)()
        except Refuse:
            expected = True
        else:
            expected = False
        try:
            getattr(lifecycle, verb)(org=self.org, actor=self.owner, now=self.now)
        except Refused:
            refused = True
        else:
            refused = False
        assert refused == expected

    @precondition(lambda self: not self.model.closed)
    @rule(dice=st.integers(0, 5))
    def close(self, dice: int) -> None:
        """An owner closes the company, one time in six; while an operator holds it, the owner thinks again."""
        if dice:
            return
        closing.ask(name=self.org.name, actor=self.owner, now=self.now)
        self.model.wind(self.now + closing.WAITS)
        self.model.close()
        for _ in range(2):
            for org_id in sweeping.due_to_close(self.now):
                closing.close(org_id, now=self.now)
        if not self.model.closed:
            closing.keep(actor=self.owner, now=self.now)

    @precondition(lambda self: not self.model.closed)
    @rule(seats=st.sampled_from([0, 1, 5, 6]))
    def change_seats(self, seats: int) -> None:
        self.write({"full_seats": seats}, {"seats": seats})

    @precondition(lambda self: not self.model.closed)
    @rule(payer=st.booleans())
    def change_payer(self, payer: bool) -> None:
        self.write({"payer_ready": payer}, {"payer": payer})

    @precondition(lambda self: not self.model.closed)
    @rule(days=st.sampled_from([None, -3, 0, 1, 20]), off=AROUND)
    def change_debt(self, days: int | None, off: dt.timedelta) -> None:
        due = None if days is None else self.now + days * DAY + off
        self.write({"debt_due_at": due}, {"debt_due": due})

    def write(self, facts: dict[str, Any], same: dict[str, Any]) -> None:
        self.model.write(**same)
        with company_scope(self.org.pk):
            lifecycle.write_facts(Organization.objects.lock(self.org.pk), now=self.now, **facts)

    @rule(held=st.booleans())
    def hold(self, held: bool) -> None:
        self.model.held = held
        Organization.objects.filter(pk=self.org.pk).update(deletion_held_at=self.now if held else None)

    # --- time -------------------------------------------------------------------------------------------
    @rule(hours=st.integers(1, 24 * 9))
    def wait(self, hours: int) -> None:
        self.model.wind(self.now + dt.timedelta(hours=hours))

    @rule(which=st.integers(0, 9), off=AROUND)
    def wait_for_boundary(self, which: int, off: dt.timedelta) -> None:
        model = self.model
        deadlines = [at for at in (model.trial_end, model.debt_due, model.deletion) if at]
        warned = [at + 3 * DAY for at in model.accepted.values()]
        ahead = [at - days * DAY for at in deadlines for days in (0, 1, 3, 7, 14)] + warned
        ahead = sorted(at + off for at in ahead if at + off > self.now)
        if ahead:
            model.wind(ahead[which % len(ahead)])

    @rule(boundaries=st.integers(1, 6), mail_server=st.booleans())
    def pass_quietly(self, boundaries: int, mail_server: bool) -> None:
        """Nobody does anything while time passes; beat works, and the mail server or not."""
        for _ in range(boundaries):
            self.wait_for_boundary(0, dt.timedelta(0))
            self.beat(1)
            if mail_server:
                self.deliver()
            self.agree()

    # --- beat: not at all, once, or three times -----------------------------------------------------------
    @rule(times=st.sampled_from([1, 1, 3]))
    def sweep(self, times: int) -> None:
        if self.model.phase in ("trial", "active", "read_only"):
            self.model.note()
        for _ in range(times):
            for org_id in sweeping.due_to_move(self.now):
                sweeping.move(org_id, now=self.now)

    @rule(times=st.sampled_from([1, 1, 3]))
    def beat(self, times: int) -> None:
        self.sweep(times)
        self.model.post()
        for _ in range(times):
            for org_id in sweeping.due_for_notice(self.now):
                notices.post_due(org_id, now=self.now)
        self.model.claim()
        for _ in range(times):
            for org_id in sweeping.due_for_deletion(self.now):
                data_deletion.claim(org_id, now=self.now)

    @rule()
    def deliver(self) -> None:
        """What the drainer does around the mail server."""
        self.model.deliver()
        with platform_scope():
            for mail in Mail.objects.filter(org=self.org, sent_at=None, key__startswith=Notice.MAIL_KEY):
                if notices.refresh(mail, now=self.now):
                    Mail.objects.filter(pk=mail.pk).update(sent_at=self.now)
                    notices.note_accepted(mail, now=self.now)

    @precondition(lambda self: self.model.phase == "deleting")
    @rule()
    def purge(self) -> None:
        self.model.purge()
        for deletion_id, org_id in data_deletion.unfinished():
            data_deletion.purge_all(deletion_id, org_id=org_id, clock=lambda: self.now)

    # --- both agree ---------------------------------------------------------------------------------------
    @invariant()
    def agree(self) -> None:
        org, events, notices, unsent = self.seen()
        self.rights_and_instants_agree(org)
        self.events_and_notices_agree(events, notices, unsent)

    def rights_and_instants_agree(self, org: Organization) -> None:
        model = self.model
        assert lifecycle.state_at(org, self.now) == model.phase
        for level in Level:
            member = Membership(org=org, level=level)
            assert rules.may_write(org, member, self.now) == model.may_write(full_access=level == Level.FULL)
        assert org.state == model.noted
        if model.phase != "deleting":
            assert lifecycle.stopped_at(org, self.now) == model.stopped
            assert lifecycle.deletion_at(org, self.now) == model.deletion
        if model.noted in ("read_only", "deactivated"):
            assert org.retention_ends_at == model.stopped + 30 * DAY

    def events_and_notices_agree(self, events: list[Any], notices: list[Any], unsent: list[str]) -> None:
        tracker = [(act.removeprefix("tracker."), *states) for act, *states in events if act.startswith("tracker.")]
        told = {(kind, instant(deadline), days): (pk, accepted) for pk, kind, deadline, days, accepted in notices}
        accepted = {key: instant(at) for key, (_, at) in told.items() if at}
        waiting = {int(key.split(":")[1]) for key in unsent}
        assert tracker == self.model.events
        assert set(told) == self.model.told
        assert accepted == self.model.accepted
        assert {key for key, (pk, _) in told.items() if pk in waiting} == self.model.waiting
        if len(events) > self.events_checked:  # the table takes nothing but new rows
            self.events_checked = len(events)
            with company_scope(self.org.pk):
                assert audit.broken_at(self.org) is None

    def seen(self) -> tuple[Organization, list[Any], list[Any], list[str]]:
        """The company, and its events, notices and unsent notice mails, as its role sees them.

        Asked after every step, so with one statement, and without the savepoint that `company_scope` makes.
        """
        pk = self.org.pk
        with connection.cursor() as cursor:
            cursor.execute(SEEN, [str(pk), scopes.TENANT_ROLE, pk, f"{Notice.MAIL_KEY}%"])
            row, *rest = cursor.fetchone()
        scopes._enter("none", "", read_only=False)
        columns = Organization._meta.concrete_fields
        return Organization(**{column.attname: column.to_python(row[column.column]) for column in columns}), *rest


SEEN = """
SELECT set_config('app.org_id', %s, true), set_config('role', %s, true);
SELECT
    (SELECT to_json(company) FROM orgs_organization company WHERE id = %s),
    (SELECT coalesce(json_agg(json_build_array(action, data->'from', data->'to') ORDER BY number), '[]')
        FROM orgs_auditevent),
    (SELECT coalesce(json_agg(json_build_array(id, kind, deadline, days, accepted_at)), '[]') FROM orgs_notice),
    (SELECT coalesce(array_agg(key), '{}') FROM orgs_mail WHERE sent_at IS NULL AND key LIKE %s)
"""


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


# --- many histories of one company ------------------------------------------------------------------------
Beginning = tuple[dt.datetime, int, int]  # what `found` is given
BEGINNINGS: list[Beginning] = list(itertools.product(STARTS, range(13), [0, 1, 6]))
Random(0).shuffle(BEGINNINGS)  # a run that is cut short has met all kinds


def going_on(begun: Histories) -> type[Histories]:
    """Histories that all begin where one stands: its company is founded, and its first weeks are lived, once for all."""

    class GoingOn(Histories):
        @initialize()
        def found(self) -> None:
            self.undo = transaction.atomic()
            self.undo.__enter__()
            self.model, self.events_checked = deepcopy(begun.model), begun.events_checked
            self.org, self.owner = begun.org, begun.owner

    return GoingOn
