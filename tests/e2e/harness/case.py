"""Frame of a case: temporary directory, clean-up in any event, skipping aloud."""

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import time

SKIPPED = 77  # SKIP_RETURN_CODE in CMakeLists.txt
LAB = pathlib.Path(__file__).resolve().parent.parent / "lab"


class Skip(Exception):
    """What this machine lacks."""


class Case:
    """`directory` may be entered by every user and vanishes at the end; `stack` ends processes."""

    def __init__(self, stack):
        self.stack = stack
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="clawvigil-e2e-"))
        self.directory.chmod(0o755)
        stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.started = time.monotonic()

    def step(self, text):
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", flush=True)

    def show_logs(self):
        for log in sorted(self.directory.glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()[-25:]
            print(f"--- {log.name}", *lines, sep="\n", flush=True)


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")


def need_programs(*names):
    for name in names:
        if shutil.which(name) is None:
            raise Skip(f"needs the program {name}")


def enter_own_network():
    """Starts this program again inside a network of its own, which vanishes with it."""
    need_root()
    need_programs("unshare", "ip")
    if os.environ.get("CLAWVIGIL_E2E_NETWORK") == "own":
        return
    os.environ["CLAWVIGIL_E2E_NETWORK"] = "own"
    os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])


def run(body, own_network=False, programs=("npm", "curl")):
    """Runs body(case, *arguments of the command line) and exits: 0 passed, 77 skipped, 1 failed.
    `programs` are what it cannot do without; by default what OpenClaw needs."""
    try:
        need_programs(*programs)
        if own_network:
            enter_own_network()
        with contextlib.ExitStack() as stack:
            case = Case(stack)
            try:
                body(case, *sys.argv[1:])
            except AssertionError:
                case.show_logs()
                raise
            case.step("passed")
    except Skip as skip:
        print(f"SKIPPED: {skip}", flush=True)
        sys.exit(SKIPPED)
