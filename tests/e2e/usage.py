#!/usr/bin/env python3
"""Tokens and cost equal what the provider handed out, whatever is restarted or killed meanwhile."""

import contextlib
import sqlite3
import threading

from harness import books
from harness.case import run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider

TURNS = [
    ("main", "hello", "lab"),
    ("small", "hello [[usage in=523 out=7 cache=101]]", "lab"),
    ("main", 'run it [[tool exec {"command":"echo hello"}]]', "lab"),
    ("main", "at length [[len 500]] [[usage in=9007 out=1021 cache=8192]]", "lab"),
    ("small", "to another session [[usage in=1 out=1 cache=0]]", "second"),
    ("main", "in vain [[status 400]]", "second"),
]
KILLS = 4


def check_compressed(claw):
    """Where the history is a database, the long answer lies in it compressed, its usage too."""
    rows = []
    for path in claw.state.glob("agents/*/agent/openclaw-agent.sqlite"):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            rows += database.execute("SELECT 1 FROM transcript_events WHERE event_zstd NOT NULL")
    assert rows or list(claw.state.glob("agents/*/sessions/*.jsonl")), "nothing is compressed"


def take_turns(claw, times=1):
    for _ in range(times):
        for agent, text, session in TURNS:
            claw.turn(agent, text, session)


def kill_while_it_reads(claw, daemon):
    turns = threading.Thread(target=take_turns, args=(claw, 2))
    turns.start()
    for _ in range(KILLS):
        turns.join(0.7)
        daemon.kill()
        daemon.start()
    turns.join()


def check(case, version):
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    claw.start()
    case.step("gateway ready")
    daemon = Daemon(case, claw.state)
    daemon.start()
    take_turns(claw)
    check_compressed(claw)
    case.step("six turns taken")
    books.wait_equal_and_stay(daemon, provider)
    case.step("six turns: equal to what was handed out")

    daemon.stop()
    claw.turn("main", "nobody watches")
    daemon.start()
    books.wait_equal_and_stay(daemon, provider)
    case.step("clawvigil restarted: equal")

    kill_while_it_reads(claw, daemon)
    books.wait_equal_and_stay(daemon, provider)
    case.step(f"clawvigil killed {KILLS} times while the agents talked: equal")

    claw.stop()
    claw.start()
    claw.turn("main", "again")
    books.wait_equal_and_stay(daemon, provider)
    case.step("gateway restarted: equal")

    late = Daemon(case, claw.state, storage="late")
    late.start()
    books.wait_equal(late, provider)
    case.step("a clawvigil that saw nothing of it: equal")


if __name__ == "__main__":
    run(check)
