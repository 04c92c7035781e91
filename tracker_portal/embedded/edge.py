"""The edge of `make run`: Caddy on PORT of 127.0.0.1 with the very file of production, and the web server behind it."""

import os
from collections.abc import Mapping
from pathlib import Path

import environ

from tracker_portal.embedded.processes.ports import free_port
from tracker_portal.embedded.workspace import ROOT, var_folder

CADDYFILE = ROOT / "docker/caddy/Caddyfile"
_LONGEST_SOCKET = 100  # bytes; the kernel takes 107, and gunicorn and Caddy write a little before it


def private_binds(folder: Path) -> tuple[str, str]:
    """Two addresses for the web server that nobody else reaches: sockets, or where their path is too long, ports."""
    sockets = folder / "web.sock", folder / "uploads.sock"
    if max(len(os.fsencode(socket)) for socket in sockets) > _LONGEST_SOCKET:
        return f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"unix:{sockets[0]}", f"unix:{sockets[1]}"


def edge_environment(port: int, binds: tuple[str, str], portal: Mapping[str, str]) -> dict[str, str]:
    """What the Caddyfile reads, from the port and the environment of the web server behind it."""
    is_development = portal["DEBUG"].lower() in environ.Env.BOOLEAN_TRUE_STRINGS
    web, uploads = (bind.replace("unix:", "unix/", 1) for bind in binds)
    return {
        "PATH": os.defpath,
        "HOME": str(var_folder()),
        "EDGE_BIND": "127.0.0.1",
        "EDGE_SITES": f"http://:{port}",
        "EDGE_PORTAL": web,
        "EDGE_UPLOADS": uploads,
        # In development a changed file counts at once; what is not in this folder, the web server finds.
        "EDGE_STATIC": str(ROOT / "static") if is_development else portal["STATIC_ROOT"],
        "EDGE_FILES": portal["MEDIA_ROOT"],
        "EDGE_GRACE": "3s",  # Ctrl-C waits for nobody's slow connection
    }
