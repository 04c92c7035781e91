"""The portal behind its edge: both processes, over the test's database, with a folder of files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.jobs import download_links
from orgs.jobs.models import Job, JobState
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.database import own_environment
from tests.orgs.mail.processes import Portal, Running, wait_until
from tracker_portal.embedded.binaries import caddy
from tracker_portal.embedded.edge import CADDYFILE, edge_environment, private_binds
from tracker_portal.embedded.processes import commands
from tracker_portal.embedded.processes.ports import free_port


@dataclass
class Site:
    """Where it answers, and its processes; without an edge, the control, the web server answers there itself."""

    port: int
    files: Path
    web: Running
    edge: Running | None

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return found

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def memory(self) -> float:
        """Mebibytes that the edge keeps, the web server where there is none."""
        process = self.edge or self.web
        pids = [process.process.pid, *process.children()]
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids) * 4096 / 2**20


def start(portal: Portal, *, edge: bool = True) -> Site:
    """Both processes, or the web server alone."""
    port, files = free_port(), portal.folder / "media"
    files.mkdir()
    portal.environment |= {"ORIGIN": f"http://127.0.0.1:{port}", "MEDIA_ROOT": str(files), "DEBUG": "true"}
    portal.environment |= {"STATIC_ROOT": "", "EDGE_SENDS_FILES": str(edge), "TRUSTED_PROXY_COUNT": str(int(edge))}
    binds = private_binds(portal.folder / "run") if edge else (f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}")
    web = portal.run(*commands.web(*binds))
    around = None
    if edge:
        command = [str(caddy()), *commands.edge(str(CADDYFILE))[1:]]
        around = portal.launch(command, edge_environment(port, binds, portal.environment) | {"EDGE_GRACE": "25s"})
    site = Site(port, files, web, around)
    wait_until(site.answers, seconds=60)
    return site


@contextmanager
def own_portal(folder: Path) -> Iterator[Portal]:
    """Processes over the tests' database; nothing here sends a mail or starts a job."""
    portal = Portal(folder, own_environment())
    try:
        yield portal
    finally:
        portal.kill_everything()


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all tests that only ask: to start it takes longer than they do."""
    with own_portal(tmp_path_factory.mktemp("site")) as portal:
        yield start(portal)


@pytest.fixture
def start_site(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """For a test that ends a process, or wants no edge."""
    with own_portal(tmp_path) as portal:
        yield partial(start, portal)


@dataclass
class Download:
    """A file that one member may have, by a link of their own."""

    path: str
    cookie: str


@pytest.fixture
def download(member: Membership) -> Callable[[Site, bytes], Download]:
    def make(site: Site, content: bytes) -> Download:
        (site.files / "jobs").mkdir()
        (site.files / "jobs/list.csv").write_bytes(content)
        now = timezone.now()
        with company_scope(member.org_id):
            job = Job.objects.create(
                org=member.org,
                kind="issue_list",
                state=JobState.DONE,
                actor=member,
                file="jobs/list.csv",
                created_at=now,
                finished_at=now,
                claimed_until=now,
                expires_at=now + dt.timedelta(days=1),
            )
        client = Client()
        client.force_login(member.user)
        token = download_links.sign(job, member, now=now)
        path = reverse("orgs:job_file", kwargs={"org": member.org.slug, "job": job.public_id, "token": token})
        return Download(path, f"sessionid={client.cookies['sessionid'].value}")

    return make
