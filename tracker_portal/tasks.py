"""Alarm clocks of the whole product."""

from celery import shared_task

from tracker_portal import health


@shared_task
def beat_heartbeat() -> None:
    health.note_heartbeat()
