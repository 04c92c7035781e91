"""Exits with 0 when the web server of this container answers that it is ready."""

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()  # Django answers no other name
connection = HTTPConnection("127.0.0.1", 8000, timeout=5)
connection.request("GET", "/readyz", headers={"Host": host})
sys.exit(connection.getresponse().status != HTTPStatus.OK)
