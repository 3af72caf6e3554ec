#!/usr/bin/env python3
"""The daemon never starts a program, seen by strace while it watches a real gateway."""

import re

from harness import books
from harness.case import need_programs, run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider
from harness.processes import wait_until
from usage import take_turns

COLLECTORS = ("listeners", "gateway", "channels", "files", "usage")
ANY_START = re.compile(r"\b(?:execve|execveat|v?fork)\(")


def check(case, version):
    need_programs("strace")
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    claw.start()
    trace = case.directory / "strace.txt"
    calls = "trace=execve,execveat,fork,vfork"
    # -D: the daemon, not strace, is the process started here, and gets its signals
    daemon = Daemon(case, claw.state, prefix=["strace", "-D", "-f", "-q", "-o", trace, "-e", calls])
    daemon.start()
    take_turns(claw)
    books.wait_equal(daemon, provider)
    daemon.wait_runs(*COLLECTORS)
    daemon.page()
    claw.stop()
    daemon.stop()
    wait_until("the trace ends", lambda: trace.read_text().endswith("exited with 0 +++\n"))
    starts = [line for line in trace.read_text().splitlines() if ANY_START.search(line)]
    assert len(starts) == 1, "\n".join(starts)  # strace starting the daemon itself
    case.step(f"every collector ran, one execve: {starts[0][:80]}")


if __name__ == "__main__":
    run(check)
