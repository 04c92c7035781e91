"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from tracker_portal.startup import refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker_portal.settings")
os.environ.setdefault("STATEMENT_SECONDS", "10")  # nobody waits longer for a page
application = get_wsgi_application()
refuse_unsafe()
