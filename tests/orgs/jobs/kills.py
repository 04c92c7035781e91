"""kill -9 of real workers while a job is done."""

from __future__ import annotations

import random
import time

from orgs.jobs.models import Job
from tests.orgs.jobs.worker import let_claims_run_out, stored
from tests.orgs.mail.processes import Portal, Running, wait_until


def kill_while_it_works(worker: Running, job: Job, *, child: bool, dice: random.Random) -> bool:
    """Waits until the job got on, and kills a moment later; False when it was over before."""
    before = stored(job).done
    wait_until(lambda: stored(job).done > before or stored(job).is_finished)
    time.sleep(dice.random() * 0.05)
    was_at_work = not stored(job).is_finished
    if child:
        worker.kill_children()
    else:
        worker.kill()
    return was_at_work


def live_through_kills(portal: Portal, job: Job, kills: int) -> int:
    """Returns how many kills met the job at work. The time of a dead worker's claim passes at once."""
    dice, met = random.Random(kills), 0
    portal.beat()
    worker = portal.worker()
    for kill in range(kills):
        child = kill % 2 == 0
        met += kill_while_it_works(worker, job, child=child, dice=dice)
        if not child:
            worker = portal.worker()
        let_claims_run_out(job)
    wait_until(lambda: stored(job).is_finished, 120)
    return met
