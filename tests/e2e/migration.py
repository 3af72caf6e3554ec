#!/usr/bin/env python3
"""OpenClaw moves its history from .jsonl files into SQLite; nothing is counted twice or lost."""

from harness import books
from harness.case import run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider
from usage import take_turns


def check(case, old, new):
    provider = Provider(case, old)
    claw = OpenClaw(case, old, provider)
    claw.start()
    daemon = Daemon(case, claw.state)
    daemon.start()
    take_turns(claw)
    books.wait_equal_and_stay(daemon, provider)
    claw.stop()
    case.step(f"{old}: equal to what was handed out")

    claw.upgrade(new)
    claw.start()
    assert not list(claw.state.glob("agents/*/sessions/*.jsonl")), "nothing was migrated"
    books.wait_equal_and_stay(daemon, provider)
    case.step(f"the same home opened by {new}: equal")

    take_turns(claw)
    books.wait_equal_and_stay(daemon, provider)
    case.step("turns in the migrated sessions: equal")

    late = Daemon(case, claw.state, storage="late")
    late.start()
    books.wait_equal(late, provider)
    case.step("a clawvigil that saw nothing of it: equal")


if __name__ == "__main__":
    run(check)
