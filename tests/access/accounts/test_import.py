"""`Import from CSV`: what the check finds, and the job that creates the accounts."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.accounts import csv_file, csv_import
from access.members import members
from orgs.domains.models import Domain
from orgs.jobs import job_worker
from orgs.jobs.models import Job
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.invitations import mailed
from tests.factories import UserFactory
from users.accounts.models import User

pytestmark = pytest.mark.django_db

HEAD = "Name,Last name,Birth date,Login\n"
GOOD = HEAD + "Maya,Chen,1990-03-27,maya.chen\nBo,Lund,01.02.1985,bo@northwind.example\n"


def check(org: Organization, text: str, room: int = 1000) -> csv_file.Checked:
    with company_scope(org.pk):
        return csv_file.check(text, org, room=room, today=dt.date(2026, 11, 25))


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("Maya,", '"Maya",').replace("Lund", '"Lund"'),
        "login,BIRTH_DATE,last-name,Name,Phone\nmaya.chen,27.3.1990,Chen,Maya,1\nBO@northwind.example,1985-2-1,Lund,Bo,2\n",
        GOOD.replace("Maya,Chen", "  Maya , Chen ") + ",,,\n\n",
    ],
)
def test_file_is_read_however_it_is_written(org: Organization, domain: Domain, text: str) -> None:
    found = check(org, csv_file.decode(text.encode("utf-8-sig")))
    assert [account.email for _line, account in found.ready] == ["maya.chen@northwind.example", "bo@northwind.example"]
    assert [account.birth_date for _line, account in found.ready] == [dt.date(1990, 3, 27), dt.date(1985, 2, 1)]
    assert found.faults == []


def test_each_bad_cell_is_named_with_line_column_and_reason(org: Organization, domain: Domain) -> None:
    UserFactory(email="taken@northwind.example")
    text = HEAD + (
        "Maya,Chen,1990-03-27,maya.chen\n"
        ",Chen,1990-02-30,ma ya\n"
        "Bo,Lund,1990-01-01,maya.chen\n"
        "Di,Ray,1990-01-01,di@elsewhere.example\n"
        "Ed,Fox,1990-01-01,taken\n"
        "Flo,Gray,3/27/1990,flo\n"
        "Guy,Hall,2090-01-01,guy\n"
    )
    found = check(org, text)
    assert [account.login for _line, account in found.ready] == ["maya.chen"]
    assert [(fault.line, fault.column) for fault in found.faults] == [
        (3, "Name"),
        (3, "Birth date"),
        (3, "Login"),
        (4, "Login"),
        (5, "Login"),
        (6, "Login"),
        (7, "Birth date"),
        (8, "Birth date"),
    ]
    assert "Invite it" in found.faults[5].reason


def test_rows_beyond_the_limit_are_named(org: Organization, domain: Domain) -> None:
    found = check(org, GOOD, room=1)
    assert len(found.ready) == 1
    assert [fault.reason for fault in found.faults] == ["There is no room for this account."]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\xff\xfe\x00a", "not UTF-8"),
        (b"", "Missing: Name, Last name, Birth date, Login"),
        (b"Name,Login\nA,b\n", "Missing: Last name, Birth date"),
        (b'Name,Last name,Birth date,Login\n"A,B,C\n', "quotes do not fit"),
        (b"PK\x03\x04\0\0", "not a CSV file"),
        (HEAD.encode() + b"A,B,1990-01-01,a\n" * 5001, "more than 5000 rows"),
    ],
)
def test_file_that_is_none_is_refused_as_a_whole(org: Organization, domain: Domain, content: bytes, error: str) -> None:
    with pytest.raises(Refused, match=error):
        check(org, csv_file.decode(content))


@given(st.text(max_size=200))
def test_any_text_is_checked_or_refused(text: str) -> None:
    try:
        list(csv_file._rows(HEAD + text))
    except Refused:
        pass


def test_left_out_rows_come_as_a_file_that_can_be_imported_once_mended(org: Organization, domain: Domain) -> None:
    text = HEAD + "=cmd(),Chen,1990-03-27,ma ya\nBo,Lund,1985-02-01,bo\n"
    file = csv_file.bad_rows(check(org, text))
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert rows[0] == [*csv_file.HEAD, csv_file.WHY]
    assert rows[1][0] == "'=cmd()"
    again = check(org, csv_file.decode(file.replace("ma ya", "maya").encode()))
    assert [(account.first_name, account.login) for _line, account in again.ready] == [("=cmd()", "maya")]


# --- pages and job -------------------------------------------------------------------------------------
@pytest.fixture
def client(login: Callable[[Any], Client], admin: Membership) -> Client:
    return login(admin)


@pytest.fixture
def url(org: Organization) -> Callable[[str], str]:
    return lambda path: f"/o/{org.slug}/access/import/{path}"


def upload(client: Client, url: Callable[[str], str], text: str) -> str:
    file = SimpleUploadedFile("people.csv", text.encode(), "text/csv")
    response = client.post(url("check/"), {"file": file})
    assert response.status_code == 200
    return response.content.decode()


def start(client: Client, url: Callable[[str], str], text: str, **data: str) -> Job:
    html = upload(client, url, text)
    token = re.search(r'name="token" value="([^"]+)"', html)
    assert token
    answers = [client.post(url("start/"), {"csv": text, "token": token[1], **data}) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    with platform_scope():
        return Job.objects.get(kind=csv_import.KIND)


def run() -> None:
    while job_worker.run_due(clock=timezone.now, seconds=30):
        pass


def test_check_counts_the_good_rows_and_creates_nothing(
    client: Client, url: Callable[[str], str], domain: Domain
) -> None:
    html = upload(client, url, GOOD + "Di,,1990-01-01,di\n")
    assert "2 accounts are ready" in html
    assert "1 row needs a fix" in html
    assert "It is empty." in html
    assert not User.objects.filter(email="bo@northwind.example").exists()


def test_import_creates_accounts_and_mails_each_a_link_to_choose_a_password(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    job = start(client, url, GOOD, level="read_only", with_mail="on")
    run()
    members = Membership.objects.filter(org=org, created_here=True)
    assert {member.user.email for member in members} == {"maya.chen@northwind.example", "bo@northwind.example"}
    assert not any(member.user.has_usable_password() for member in members)
    page = client.get(f"/o/{org.slug}/jobs/{job.public_id}/").content.decode()
    assert "2 of 2 accounts created." in page
    (text,) = mailed.texts("bo@northwind.example")
    link = re.search(r"http://[^/]+(/login/reset/\S+)", text)
    assert link
    browser = Client()
    form = browser.get(link[1], follow=True)
    own = {"password1": "chosen-by-bo-alone", "password2": "chosen-by-bo-alone"}
    browser.post(form.redirect_chain[-1][0], own)
    assert User.objects.get(email="bo@northwind.example").check_password("chosen-by-bo-alone")


def test_row_that_fails_meanwhile_is_named_and_holds_up_no_other(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    job = start(client, url, GOOD)
    UserFactory(email="maya.chen@northwind.example")
    run()
    assert Membership.objects.filter(org=org, created_here=True).count() == 1
    text = client.get(url(f"{job.public_id}/failed/")).content.decode()
    assert "maya.chen@northwind.example" in text
    assert "Invite it." in text


def test_one_time_passwords_are_given_once_and_kept_by_nobody(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    job = start(client, url, GOOD)
    run()
    response = client.post(url(f"{job.public_id}/passwords/"))
    assert "no-store" in response.headers["Cache-Control"]
    rows = list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))[1:]
    for email, password in rows:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert user.first_password_ends_at
    assert len({password for _email, password in rows}) == 2
    with platform_scope():
        job.refresh_from_db()
    assert not any(password in str(vars(job)) for _email, password in rows)
    again = client.post(url(f"{job.public_id}/passwords/"), follow=True)
    assert "were downloaded before" in again.content.decode()


def test_one_time_passwords_open_no_account_that_its_asker_may_not_open(
    client: Client, url: Callable[[str], str], org: Organization, outsider: Membership, domain: Domain
) -> None:
    names = ("owner", "elsewhere", "operator", "administrator", "employee")
    job = start(client, url, HEAD + "".join(f"A,B,1990-01-01,{name}\n" for name in names))
    run()
    people = {name: Membership.objects.get(user__email=f"{name}@northwind.example") for name in names}
    for role in ("owner", "administrator"):
        Membership.objects.filter(pk=people[role].pk).update(role=role)
    members.join(org=outsider.org, user=people["elsewhere"].user, now=timezone.now())
    User.objects.filter(pk=people["operator"].user_id).update(is_staff=True)
    text = client.post(url(f"{job.public_id}/passwords/")).content.decode()
    assert re.findall(r"(\w+)@northwind", text) == ["employee"]


def test_one_time_passwords_need_the_domain(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    job = start(client, url, GOOD)
    run()
    with company_scope(org.pk):
        Domain.objects.filter(org=org).delete()
    assert "@" not in client.post(url(f"{job.public_id}/passwords/")).content.decode()


def test_import_stops_when_its_starter_is_no_administrator_any_more(
    client: Client, url: Callable[[str], str], org: Organization, admin: Membership, domain: Domain
) -> None:
    start(client, url, GOOD)
    Membership.objects.filter(pk=admin.pk).update(role="employee")
    run()
    with platform_scope():
        job = Job.objects.get(kind=csv_import.KIND)
    assert job.state == "failed"
    assert not Membership.objects.filter(org=org, created_here=True).exists()


def test_level_is_given_while_there_are_seats(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    rows = "".join(f"P{number},Q,1990-01-01,p{number}\n" for number in range(8))
    start(client, url, HEAD + rows, level="full")
    run()
    full = Membership.objects.filter(org=org, created_here=True, level=Level.FULL).count()
    org.refresh_from_db()
    assert full == org.full_seats == org.free_seats


@pytest.mark.parametrize("data", [{}, {"csv": "x", "token": "y"}, {"csv": GOOD}])
def test_start_without_a_checked_file_goes_back(
    client: Client, url: Callable[[str], str], data: dict[str, str]
) -> None:
    assert client.post(url("start/"), data).headers["Location"] == url("")


def test_bad_file_is_an_error_at_its_field(client: Client, url: Callable[[str], str], domain: Domain) -> None:
    for content in (b"", b"\xff\xfe", b"Name\nA\n"):
        response = client.post(url("check/"), {"file": SimpleUploadedFile("people.csv", content)})
        assert response.status_code == 400
    assert client.post(url("check/"), {}).status_code == 400


def test_without_a_domain_the_page_leads_to_domains(
    client: Client, url: Callable[[str], str], org: Organization
) -> None:
    for path in (url(""), f"/o/{org.slug}/access/users/new/"):
        html = client.get(path).content.decode()
        assert "Link an email domain first" in html
        assert f"/o/{org.slug}/company/domains/" in html
