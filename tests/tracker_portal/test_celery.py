"""Celery's configuration: what design rule 8 asks of every task."""

from __future__ import annotations

import logging
import pickle

import pytest
from celery import Task
from django.conf import settings
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads, prepare_accept_content

from orgs.mail import outbox
from orgs.mail.mail_sender import KILLED_AFTER
from tracker_portal.celery import SCHEDULE, app

app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if not name.startswith("celery."))


def test_tasks_are_found() -> None:
    assert set(SCHEDULE) <= set(OURS)
    assert app.conf.beat_schedule.keys() == SCHEDULE.keys()


@pytest.mark.parametrize("name", OURS)
def test_task_survives_its_worker_and_ends_in_time(name: str) -> None:
    """A job that is cut short comes back, and is over before the broker gives it to somebody else."""
    task: Task = app.tasks[name]
    limit = task.time_limit or app.conf.task_time_limit
    assert limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] / 2
    assert (task.acks_late, task.reject_on_worker_lost, task.ignore_result) == (True, True, True)
    assert task.serializer == "json"


def test_worker_takes_one_job_at_a_time() -> None:
    assert app.conf.worker_prefetch_multiplier == 1


def test_worker_opens_nothing_but_json() -> None:
    accepted = prepare_accept_content(app.conf.accept_content)
    assert loads(b"[1]", "application/json", "utf-8", accept=accepted) == [1]
    with pytest.raises(ContentDisallowed):
        loads(pickle.dumps([1]), "application/x-python-serialize", "binary", accept=accepted)


def test_beat_drains_the_outbox_before_a_call_of_its_own_grows_stale() -> None:
    """So a call that the worker throws away is never the last one."""
    assert SCHEDULE[outbox.DRAIN] <= outbox.STALE <= 20
    assert app.tasks[outbox.DRAIN].time_limit == KILLED_AFTER


def test_worker_leaves_logging_as_the_settings_have_it() -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    app.log.already_setup = False
    app.log.setup(loglevel="ERROR")
    assert (root.level, list(root.handlers)) == before
