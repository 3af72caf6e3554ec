#!/usr/bin/env python3
"""What OpenClaw books itself: edits from outside, denials, starts and crashes, each counted once."""

import subprocess

from harness.case import run
from harness.daemon import Daemon, select
from harness.openclaw import PROGRAM, OpenClaw, Provider

EXTERNAL = "clawvigil_config_external_changes_total"
STARTS = "clawvigil_gateway_starts_total"
UNCLEAN = "clawvigil_gateway_unclean_stops_total"
DENIALS = "clawvigil_exec_denials_total"
APPROVALS = "clawvigil_approvals_total"
UNKNOWN = "clawvigil_unknown"

CALL = '[[tool exec {"command":"echo hi"}]]'


def exec_policy(**settings):
    def change(config):
        config["tools"] = {"exec": settings}

    return change


class Books:
    """What must be on the page."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.expected = {
            (EXTERNAL,): 0,
            (STARTS,): 0,
            (UNCLEAN,): 0,
            (DENIALS, "reason", "policy"): 0,
            (DENIALS, "reason", "approval"): 0,
            (DENIALS, "reason", "unattended"): 0,
            (APPROVALS, "decision", "unanswered"): 0,
            (APPROVALS, "decision", "allowed"): 0,
        }

    def add(self, *key):
        self.expected[key] += 1

    def check(self):
        """All of them, after another complete run."""
        for (name, *label), value in self.expected.items():
            self.daemon.wait_value(value, name, **dict([label] if label else []))
        self.daemon.wait_runs("access")
        for (name, *label), value in self.expected.items():
            labels = dict([label] if label else [])
            seen = self.daemon.value(name, **labels)
            assert seen == value, f"{name}{labels}: {seen}, expected {value}"


def check_edits(case, claw, books):
    claw.edit(exec_policy(security="full", ask="off"))
    books.add(EXTERNAL)
    books.check()
    case.step("an edit under the running gateway: counted")
    arguments = [claw.version, claw.home, "config", "set", "tools.exec.ask", "on-miss"]
    subprocess.run([PROGRAM, "openclaw", *arguments], check=True, stdout=subprocess.DEVNULL)
    books.check()
    case.step("openclaw config set: not counted")


def check_denials(case, claw, books):
    claw.edit(exec_policy(security="deny"))
    books.add(EXTERNAL)
    books.check()
    claw.turn("main", CALL)
    books.add(DENIALS, "reason", "policy")
    books.check()
    case.step("exec denied by policy: counted from the log, no ledger tells it")
    claw.edit(exec_policy(ask="always"))
    books.add(EXTERNAL)
    books.check()
    claw.turn("main", CALL)
    books.add(DENIALS, "reason", "unattended")
    books.add(APPROVALS, "decision", "unanswered")
    books.check()
    case.step("exec that nobody could approve: counted from the ledger, not from the log again")


def check_stops(case, claw, daemon, books):
    daemon.stop()
    claw.stop()
    claw.edit(exec_policy(security="full", ask="off"))
    claw.start()
    daemon.start()
    books.add(EXTERNAL)
    books.add(STARTS)
    books.check()
    case.step("an edit and a clean restart while nobody watched: counted")
    claw.kill()
    books.add(UNCLEAN)
    books.check()
    case.step("kill -9: counted before the next start")
    claw.start()
    books.add(STARTS)
    books.check()
    daemon.kill()
    claw.kill()
    claw.start()
    daemon.start()
    books.add(UNCLEAN)
    books.add(STARTS)
    books.check()
    case.step("kill -9 of both, and the next start: counted once")
    claw.stop()
    claw.start()
    books.add(STARTS)
    books.check()
    case.step("a clean restart: a start and nothing else")
    daemon.kill()
    daemon.start()
    books.check()
    case.step("after kill -9 of the daemon: the same counts")


def check_unsupported(case, claw, daemon):
    """An older version books none of it: unknown, not 0."""
    claw.edit(exec_policy(security="full", ask="off"))
    daemon.wait_runs("access")
    samples = daemon.samples()
    assert select(samples, UNKNOWN, collector="access", reason="not_found")
    for name in (EXTERNAL, STARTS, UNCLEAN, APPROVALS):
        assert not select(samples, name), f"{name} is exported without a source"
    case.step("no ledgers: unknown, and no count pretends to be one")


def check(case, version):
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    claw.start()
    daemon = Daemon(case, claw.state)
    daemon.start()
    if version.startswith("2026.3."):
        return check_unsupported(case, claw, daemon)
    books = Books(daemon)
    books.check()
    case.step("history is not counted")
    check_edits(case, claw, books)
    check_denials(case, claw, books)
    check_stops(case, claw, daemon, books)


if __name__ == "__main__":
    run(check)
