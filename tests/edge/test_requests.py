"""What the edge lets through, what it answers itself, and what it tells the portal of a client."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from orgs.tenancy.membership_models import Membership
from tests.edge.conftest import Download, Site
from tests.orgs.mail.processes import wait_until
from users.apps import SEEN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

CSRF = "c" * 32


def first_line(site: Site, request: str) -> str:
    """What comes back first for these very bytes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        connection.sendall(request.replace("HOST", f"127.0.0.1:{site.port}").replace("\n", "\r\n").encode())
        return connection.recv(4096).split(b"\r\n")[0].decode()


UNREADABLE = {
    "two lengths": "POST /login/ HTTP/1.1\nHost: HOST\nContent-Length: 5\nContent-Length: 6\n\nabcdef",
    "two hosts": "GET /login/ HTTP/1.1\nHost: HOST\nHost: evil.example\n\n",
    "no host": "GET /login/ HTTP/1.1\n\n",
    "a chunk of no length": "POST /login/ HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\n\nzz\nabc\n0\n\n",
    "a chunk longer than it says": "POST /login/ HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\n\n3\nabcX\n0\n\n",
    "a length that is none": "POST /login/ HTTP/1.1\nHost: HOST\nContent-Length: -1\n\n",
    "a byte of no address": "GET /lo\0gin/ HTTP/1.1\nHost: HOST\n\n",
}


def test_requests_that_can_be_read_in_two_ways_are_400(site: Site) -> None:
    said = {name: first_line(site, request) for name, request in UNREADABLE.items()}
    assert {name: line for name, line in said.items() if " 400 " not in f"{line} "} == {}
    large = f"GET /login/ HTTP/1.1\nHost: HOST\nX-Large: {'a' * 40_000}\n\n"
    assert " 431 " in first_line(site, large)


def test_no_header_of_a_client_changes_where_the_portal_believes_to_be(site: Site) -> None:
    """gunicorn would take these from whoever speaks to its socket."""
    line = "GET /login/ HTTP/1.1\nHost: HOST\nSCRIPT_NAME: /evil\nPATH_INFO: /operator/\n\n"
    assert " 200 " in first_line(site, line)
    status, _, page = site.ask("GET", "/login/", SCRIPT_NAME="/evil")
    assert (status, b"/evil" in page) == (200, False)


def test_client_address_is_the_one_that_the_edge_sees(site: Site, member: Membership) -> None:
    """Whatever the client says of itself."""
    client = Client()
    client.force_login(member.user)
    session = client.session
    session.pop(SEEN, None)  # so that the next page notes where the browser is
    session.save()
    claims = {"X_Forwarded_For": "6.6.6.6, 7.7.7.7", "X_Forwarded_Proto": "https", "X_Real_IP": "6.6.6.6"}
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert site.ask("GET", "/me/", Cookie=cookie, **claims)[0] == 200
    assert [session.ip for session in UserSession.objects.filter(user=member.user)] == ["127.0.0.1"]


def test_another_host_is_led_to_origin(site: Site) -> None:
    status, headers, _ = site.ask("GET", "/login/?a=1", Host="evil.example")
    assert (status, headers["location"]) == (302, f"http://127.0.0.1:{site.port}/login/?a=1")
    assert site.ask("POST", "/login/", "a=1", Host="evil.example")[0] == 400


def test_every_answer_has_a_request_id(site: Site) -> None:
    assert site.ask("GET", "/healthz")[1]["x-request-id"]
    assert site.ask("GET", "/no-such-page/")[1]["x-request-id"]


# --- files ------------------------------------------------------------------------------------------------
def test_static_files_are_the_edges(site: Site) -> None:
    status, headers, content = site.ask("GET", "/static/css/base.css")
    assert (status, headers["server"]) == (200, "Caddy")
    assert headers["content-type"].startswith("text/css")
    assert headers["x-content-type-options"] == "nosniff"
    assert content
    assert site.ask("GET", "/static/css/no-such.css")[0] == 404
    assert site.ask("GET", "/static/../manage.py")[0] == 404
    assert site.ask("GET", "/static/admin/css/base.css")[0] == 200  # not collected in development: the portal's


def test_a_file_is_sent_by_the_edge_to_whom_the_portal_lets(
    site: Site, download: Callable[[Site, bytes], Download], outsider: Membership
) -> None:
    content = bytes(range(256)) * 4096
    file = download(site, content)
    status, headers, body = site.ask("GET", file.path, Cookie=file.cookie)
    assert (status, body) == (200, content)
    assert headers["content-disposition"].startswith("attachment; filename=")
    assert headers["content-type"].startswith("text/csv")
    assert headers["content-security-policy"]
    assert "x-accel-redirect" not in headers
    status, headers, part = site.ask("GET", file.path, Cookie=file.cookie, Range="bytes=100-199")
    assert (status, part) == (206, content[100:200])
    assert site.ask("GET", file.path)[0] in (302, 404)  # nobody who is not logged in
    assert site.ask("GET", "/jobs/list.csv")[0] == 404
    assert site.ask("GET", "/media/jobs/list.csv")[0] == 404


# --- the portal is away -----------------------------------------------------------------------------------
def test_without_the_portal_the_edge_says_when_to_come_again(start_site: Callable[..., Site]) -> None:
    site = start_site()
    site.web.kill()
    status, headers, page = site.ask("GET", "/login/")
    assert (status, headers["retry-after"]) == (503, "5")
    assert headers["x-request-id"]
    assert b"Load the page again" in page


# --- its end ----------------------------------------------------------------------------------------------
def test_sigterm_finishes_what_runs_and_takes_no_more(start_site: Callable[..., Site]) -> None:
    """A form that is half sent when the edge is asked to end is answered."""
    site = start_site()
    assert site.edge
    form = f"csrfmiddlewaretoken={CSRF}&login=nobody@example.com&password=wrong-wrong"
    head = f"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nCookie: csrftoken={CSRF}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        connection.sendall((head + form[:20]).encode())
        site.ask("GET", "/healthz")  # by now the edge has read the other's beginning
        site.edge.process.terminate()
        wait_until(lambda: not site.answers())
        connection.sendall(form[20:].encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 400 ")
    assert site.edge.process.wait(30) == 0
