"""What keeps a deletion from being early, sudden or unheard of. Each brake has its control: released, a test fails."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from orgs.lifecycle import data_deletion, health_alerts, notices, sweep
from orgs.lifecycle.models import Brake, Deletion, Notice, NoticeKind
from orgs.mail import mail_sender
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.orgs.lifecycle.companies import DAY, due_company, fill, let_pass, read_only, run_jobs, tracker_events, warn
from tests.orgs.mail.sink import At, Fault, Sink

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
MONTH = 31 * DAY


def claim_all(now: dt.datetime) -> int:
    """What one run of the job claims."""
    return sum(data_deletion.claim(org_id, now=now) is not None for org_id in sweep.due_for_deletion(now))


def is_claimed(org: Organization) -> bool:
    org.refresh_from_db()
    return org.state in (State.DELETING, State.DELETED)


# --- twenty an hour ------------------------------------------------------------------------------------------
def assert_twenty_an_hour() -> None:
    now = database_now()
    claims = [claim_all(now + n * HOUR / 6) for n in range(6)]
    assert claims == [20, 0, 0, 0, 0, 0]
    assert [claim_all(now + n * HOUR) for n in range(1, 4)] == [20, 5, 0]


@pytest.fixture
def many() -> None:
    for number in range(45):
        due_company(name=f"Company {number}")


def test_of_many_companies_twenty_an_hour_are_claimed(many: None) -> None:
    assert_twenty_an_hour()
    with platform_scope():
        assert Deletion.objects.count() == 45


def test_control_without_the_limit_more_are_claimed(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_deletion, "CLAIMS_AN_HOUR", 1000)
    with pytest.raises(AssertionError):
        assert_twenty_an_hour()


def test_longest_overdue_is_claimed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_deletion, "CLAIMS_AN_HOUR", 1)
    orgs = [due_company(name=f"Company {number}") for number in range(3)]
    let_pass(orgs[1], DAY)
    claim_all(database_now())
    assert [is_claimed(org) for org in orgs] == [False, True, False]


def test_companies_that_wait_keep_nobody_from_the_claim() -> None:
    for number in range(data_deletion.CLAIMS_AN_HOUR + 1):
        let_pass(read_only(days_left=-2, name=f"Unwarned {number}"), DAY)
    org = due_company()
    claim_all(database_now())
    assert is_claimed(org)


# --- hold and off switch ---------------------------------------------------------------------------------------
def test_operators_hold_keeps_one_company() -> None:
    held, other = due_company(name="Held"), due_company(name="Other")
    Organization.objects.filter(pk=held.pk).update(deletion_held_at=database_now())
    assert claim_all(database_now()) == 1
    assert data_deletion.claim(held.pk, now=database_now()) is None
    assert (is_claimed(held), is_claimed(other)) == (False, True)

    Organization.objects.filter(pk=held.pk).update(deletion_held_at=None)
    assert claim_all(database_now()) == 1


def test_held_company_is_not_told_of_a_deletion() -> None:
    org = read_only(days_left=6)
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=database_now())
    assert sweep.due_for_notice(database_now()) == []
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=None)
    assert sweep.due_for_notice(database_now()) == [org.pk]


def test_off_switch_keeps_all_companies() -> None:
    org = due_company()
    brake = Brake.objects.create(reason="Something is wrong", pulled_at=database_now())
    assert claim_all(database_now()) == 0
    brake.released_at = database_now()
    brake.save()
    assert claim_all(database_now()) == 1
    assert is_claimed(org)


# --- a mail server that is dead for the whole time of the warnings ------------------------------------------------
def beat(org: Organization) -> None:
    """Every job, and a drainer for which all pauses are over."""
    run_jobs()
    let_pass(org, 0 * DAY)
    mail_sender.drain()


def live_without_mail(org: Organization, *, days: int) -> None:
    for _ in range(days):
        let_pass(org, DAY)
        beat(org)


def assert_unwarned_company_is_kept(sink: Sink) -> Organization:
    org = read_only(days_left=15)
    fill(org)
    with sink.stopped():
        live_without_mail(org, days=15 + 20)
    assert not is_claimed(org), "deleted without a warning"
    return org


def test_company_that_could_not_be_warned_is_never_deleted(
    eager: None, smtp_sink: Sink, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    org = assert_unwarned_company_is_kept(smtp_sink)
    [alert] = [alert for alert in client.get("/readyz").json()["alerts"] if "warned" in alert]
    assert alert == "companies that could not be warned, whose deletion waits for an operator: 1"
    assert f"not deleted: [{org.pk}]" in caplog.text

    assert_deleted_72_hours_after_the_warning(org, smtp_sink)
    assert not any("warned" in alert for alert in client.get("/readyz").json()["alerts"])


def assert_deleted_72_hours_after_the_warning(org: Organization, sink: Sink) -> None:
    beat(org)
    [letter] = [mail.message for mail in sink.accepted if "deleted in" in mail.message["Subject"]]
    assert letter["Subject"] == "All Tracker data is deleted in 3 days"
    let_pass(org, 3 * DAY - dt.timedelta(seconds=30))
    beat(org)
    assert not is_claimed(org)
    let_pass(org, dt.timedelta(seconds=30))
    beat(org)
    assert is_claimed(org)
    assert tracker_events(org)["tracker.deletion_finish"] == 1


def test_control_deletion_that_asks_for_no_warning_deletes(
    eager: None, smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def due(now: dt.datetime) -> list[int]:
        return list(Organization.objects.due_for_deletion(now).values_list("pk", flat=True))

    monkeypatch.setattr(sweep, "due_for_deletion", due)
    monkeypatch.setattr(notices, "is_warned", lambda *_: True)
    with pytest.raises(AssertionError, match="deleted without a warning"):
        assert_unwarned_company_is_kept(smtp_sink)


def test_alert_comes_after_fourteen_days_of_waiting() -> None:
    org = read_only(days_left=-13.9)
    waits, stuck = "wait until a warning was accepted for 72 hours: 1", "could not be warned, whose deletion waits"
    assert [waits in alert for alert in health_alerts.alerts(database_now())] == [True]
    let_pass(org, DAY)
    assert [stuck in alert for alert in health_alerts.alerts(database_now())] == [True, False]
    warn(org, ago=dt.timedelta(0))
    assert [waits in alert for alert in health_alerts.alerts(database_now())] == [True]
    let_pass(org, 4 * DAY)
    assert health_alerts.alerts(database_now()) == []


# --- a brake that holds something back is told ----------------------------------------------------------------
def pull() -> None:
    with platform_scope():
        Brake.objects.create(reason="Something is wrong", pulled_at=database_now())


def hold(org: Organization) -> None:
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=database_now())


def ask_to_close(org: Organization) -> None:
    facts = {"state": State.ACTIVE, "retention_ends_at": None, "closing_at": database_now() - DAY}
    Organization.objects.filter(pk=org.pk).update(**facts)


def said_of_brakes(caplog: pytest.LogCaptureFixture, client: Client) -> list[str]:
    """What /readyz says of deletions that wait; the log names the same with the companies."""
    caplog.clear()
    health_alerts.write_log(database_now())
    told = [alert for alert in client.get("/readyz").json()["alerts"] if "are due and" in alert]
    logged = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [alert.rpartition(":")[0] for alert in told] == [line.rpartition(":")[0] for line in logged]
    return told


def test_off_switch_tells_what_it_holds_back(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    due_company()
    ask_to_close(due_company(name="Closing"))
    read_only(days_left=5, name="Not due")
    assert said_of_brakes(caplog, client) == []  # the control: nothing waits but for its turn
    pull()
    assert said_of_brakes(caplog, client) == ["deletions that are due and wait for the off switch: 2"]


def test_limit_of_an_hour_tells_what_it_holds_back(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_deletion, "CLAIMS_AN_HOUR", 1)
    for number in range(3):
        due_company(name=f"Company {number}")
    assert said_of_brakes(caplog, client) == []
    assert claim_all(database_now()) == 1
    assert said_of_brakes(caplog, client) == ["deletions that are due and wait for the limit of twenty an hour: 2"]


def test_hold_and_missing_warning_tell_what_they_hold_back(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    held, closing = due_company(), due_company(name="Closing")
    read_only(days_left=-1, name="Unwarned")
    ask_to_close(closing)
    hold(held)
    hold(closing)
    assert said_of_brakes(caplog, client) == [
        "deletions that are due and that an operator holds: 2",
        "deletions that are due and wait until a warning was accepted for 72 hours: 1",
    ]


def test_deletion_that_does_not_end_and_an_off_switch_are_alerts() -> None:
    org = due_company()
    claimed = data_deletion.claim(org.pk, now=database_now())
    assert claimed is not None
    assert len(health_alerts.alerts(database_now() + DAY)) == 1
    Brake.objects.create(reason="Something is wrong", pulled_at=database_now())
    assert len(health_alerts.alerts(database_now() + DAY)) == 2


def test_refused_warning_goes_to_an_address_that_is_new(smtp_sink: Sink) -> None:
    """The only administrator's address refused the warning for good; a new one lets it be given."""
    org = read_only(days_left=-1)
    owner = org.memberships.get()
    smtp_sink.fault = Fault(At.RECIPIENT, "550 No such person", only_to=owner.user.email)
    notices.post_due(org.pk, now=database_now())
    mail_sender.drain()
    assert sweep.due_for_notice(database_now()) == [org.pk]

    owner.user.email = "new.address@example.com"
    owner.user.save()
    notices.post_due(org.pk, now=database_now())
    mail_sender.drain()
    assert [mail.to for mail in smtp_sink.accepted] == ["new.address@example.com"]
    assert sweep.due_for_notice(database_now()) == []


# --- 72 hours, to the second ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("off", "claimed"), [(-1, False), (0, True), (1, True)])
def test_claim_waits_for_72_hours_after_the_acceptance(off: int, claimed: bool) -> None:
    org = read_only(days_left=-1)
    warn(org, ago=dt.timedelta(0))
    with company_scope(org.pk):
        accepted_at = Notice.objects.get(kind=NoticeKind.DELETION).accepted_at
    now = accepted_at + dt.timedelta(hours=72, seconds=off)
    assert (data_deletion.claim(org.pk, now=now) is not None) == claimed


@pytest.mark.parametrize(("off", "claimed"), [(-1, False), (0, True), (1, True)])
def test_claim_waits_for_the_thirty_days(off: int, claimed: bool) -> None:
    org = read_only(days_left=0.5)
    warn(org)
    now = org.trial_ends_at + 30 * DAY + dt.timedelta(seconds=off)
    assert (data_deletion.claim(org.pk, now=now) is not None) == claimed
