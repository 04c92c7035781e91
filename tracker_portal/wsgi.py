"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from tracker_portal.startup import refuse_unsafe
from tracker_portal.web.stack_room import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker_portal.settings")
os.environ.setdefault("STATEMENT_SECONDS", "10")  # nobody waits longer for a page
application = with_room(get_wsgi_application())
refuse_unsafe()
# What is loaded now stays: the collector need not look through it again, nor after every few objects of a page.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
