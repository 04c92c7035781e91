"""What must stand before Django reads its settings: throw-away servers, and the browser of the end-to-end tests.

Loaded with `-p tests.plugins`. With pytest-xdist the controlling process starts the servers and its workers inherit
the addresses.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tracker_portal.embedded.browser.install import install
from tracker_portal.embedded.browser.npm import wheel_node
from tracker_portal.embedded.services import throw_away_services


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """A wrapper, because pytest-django reads the settings in a plain hook of this name."""
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    if not {"DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        found = stack.enter_context(throw_away_services(Path(__file__).with_name("roles.sql")))
        os.environ.update(found.owners_environment())
    os.environ.setdefault("DEBUG", "true")
    os.environ["ORIGIN"] = "http://testserver"  # the host that Django's test client asks for
    os.environ["REDIS_URL"] = own_queue(os.environ["REDIS_URL"])
    return (yield)


def own_queue(redis_url: str) -> str:
    """Each xdist worker has a database of its own, so its jobs must not be run by another one's Celery."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return f"{redis_url.rpartition('/')[0]}/{int(worker.removeprefix('gw')) + 1}" if worker else redis_url


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Registered late: of two fixtures with one name in plugins the later one counts."""
    config.pluginmanager.register(_BrowserFixtures())
    node = wheel_node()
    if node is not None:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: the garbage collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()


class _BrowserFixtures:
    @pytest.fixture(scope="session")
    @classmethod
    def browser_type_launch_args(cls, browser_type_launch_args: dict[str, object]) -> dict[str, object]:
        return browser_type_launch_args | install().launch_args()
