"""Exits with 0 when the web server of this container answers that it is ready."""

import socket
import sys
from http import HTTPStatus
from http.client import HTTPConnection

connection = HTTPConnection("localhost")
connection.sock = socket.socket(socket.AF_UNIX)
connection.sock.settimeout(5)
connection.sock.connect("/run/portal/web.sock")
connection.request("GET", "/readyz")
sys.exit(connection.getresponse().status != HTTPStatus.OK)
