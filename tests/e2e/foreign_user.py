#!/usr/bin/env python3
"""As packaged: the daemon is a user of its own with one capability, OpenClaw belongs to another."""

import os

from harness import books
from harness.case import need_programs, need_root, run
from harness.daemon import Daemon, select
from harness.openclaw import OpenClaw, Provider
from usage import kill_while_it_reads, take_turns

OPENCLAW_UID = 61337  # neither needs to exist in /etc/passwd
CLAWVIGIL_UID = 61338


def check_privileges(daemon):
    status = dict(
        line.split(":\t", 1)
        for line in open(f"/proc/{daemon.process.popen.pid}/status").read().splitlines()
    )
    assert status["Uid"].split() == [str(CLAWVIGIL_UID)] * 4, status["Uid"]
    dac_read_search = f"{1 << 2:016x}"
    for kind in ("CapEff", "CapPrm", "CapBnd"):
        assert status[kind] == dac_read_search, f"{kind} {status[kind]}"


def check_closed(claw):
    for path, mode in ((claw.state, 0o40700), (claw.config, 0o100600)):
        found = os.stat(path)
        assert (found.st_mode, found.st_uid) == (mode, OPENCLAW_UID), f"{path}: {found}"


def check(case, version):
    need_root()
    need_programs("setpriv", "unshare", "mount")
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider, uid=OPENCLAW_UID)
    claw.start()
    daemon = Daemon(case, claw.state, uid=CLAWVIGIL_UID)
    daemon.start()
    check_privileges(daemon)
    check_closed(claw)
    take_turns(claw)
    books.wait_equal_and_stay(daemon, provider)
    case.step("six turns: equal to what was handed out")

    kill_while_it_reads(claw, daemon)
    books.wait_equal_and_stay(daemon, provider)
    case.step("killed while the gateway wrote: equal")

    claw.stop()
    daemon.stop()
    daemon.start()
    books.wait_equal_and_stay(daemon, provider)
    case.step("restarted over the databases of a stopped gateway: equal")

    samples = daemon.samples()
    denied = select(samples, "clawvigil_unknown", reason="denied")
    assert not any(value for _, value in denied), f"denied: {denied}"
    failed = [found for found in select(samples, "clawvigil_collector_success") if found[1] != 1]
    assert not failed, f"failed: {failed}"


if __name__ == "__main__":
    run(check)
