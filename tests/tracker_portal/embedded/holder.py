"""A supervisor for the tests: holds durable services over a folder, says where they are, and waits to be ended."""

import json
import signal
import sys
from pathlib import Path

from tracker_portal.embedded.services import services

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever starts the tests in the background ignores it
    with services(Path(sys.argv[1]), durable=True) as found:
        print(json.dumps(found.owners_environment()), flush=True)
        signal.pause()
