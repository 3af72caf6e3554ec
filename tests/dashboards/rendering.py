#!/usr/bin/env python3
"""Grafana's own panels over a real Prometheus that scrapes real clawvigils: every panel of every dashboard
has data and no error, wide and on a phone, and their options are of Grafana's own types."""

import contextlib
import os
import pathlib
import shutil
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "dashboards" / "screenshots"), str(ROOT / "dashboards")]

from demo import panels  # noqa: E402
from demo.fleet import Fleet  # noqa: E402

NAMES = ("overview", "exposure", "spend", "secrets", "host", "fleet")
PROGRAMS = ("prometheus", "promtool", "unshare", "nsenter", "ip", "nft", "git", "openssl")


def lacking():
    if os.geteuid() != 0:
        return "needs root"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"needs {', '.join(absent)}" if absent else panels.missing()


def main():
    if why := lacking():
        print(f"SKIPPED: {why}")
        sys.exit(77)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # with all that was started
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clawvigil-demo-")))
        directory.chmod(0o755)
        fleet = Fleet(directory, stack, os.environ["CLAWVIGIL_BINARY"])
        fleet.settle(minutes=0)
        url = fleet.prometheus(19890)
        good = panels.typecheck(NAMES)
        for width in (1500, panels.PHONE):
            good = panels.render(NAMES, url, directory / str(width), width) and good
        sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
