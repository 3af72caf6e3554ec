#!/usr/bin/env python3
"""What others say of the same transcripts: OpenClaw's `gateway usage-cost` and the npm package
llm-usage-metrics. Equal on what nobody moved; else different exactly by what README.md says."""

import csv
import io
import json
import pathlib
import shutil
import subprocess
import time

from harness import books
from harness.case import run
from harness.daemon import Daemon, select
from harness.openclaw import PROGRAM, OpenClaw, Provider
from usage import take_turns

KINDS = ("input", "output", "cache_read", "cache_write")
# A fork, a compacted, a reset and a deleted session of 2026.3.13, and what they hold: all of it
# once, and as others see it, who leave archives out and take what was copied twice.
TESTS = pathlib.Path(__file__).resolve().parent.parent
MOVED = TESTS / "collectors/usage/jsonl/agents/main/sessions"
MOVED_ONCE = dict(zip((*KINDS, "usd"), (2000, 322, 8100, 0, 0.01326)))
MOVED_ELSEWHERE = dict(zip((*KINDS, "usd"), (1000, 170, 5000, 0, 0.00705)))


def of_clawvigil(daemon, agent=None):
    samples = daemon.samples()
    only = {} if agent is None else {"agent": agent}
    found = dict.fromkeys(KINDS, 0)
    for labels, value in select(samples, books.TOKENS, **only):
        found[labels["token_type"]] += value
    found["usd"] = sum(v for _, v in select(samples, "clawvigil_model_cost_usd_total", **only))
    return found


def of_openclaw(claw):
    """`gateway usage-cost`, of the default agent alone: once it has looked at every transcript."""
    said = None
    for _ in range(40):
        try:
            said = claw.json("gateway", "usage-cost", "--json", "--days", "3650")
        except AssertionError as error:
            # On a busy machine the older gateway gives up before the command has greeted it.
            assert "gateway closed" in str(error) or "gateway timeout" in str(error), error
            continue
        if said.get("cacheStatus", {}).get("status", "fresh") == "fresh":
            sums = said["totals"]
            names = {"cache_read": "cacheRead", "cache_write": "cacheWrite", "usd": "totalCost"}
            return {kind: sums[names.get(kind, kind)] for kind in (*KINDS, "usd")}
        time.sleep(2)
    raise AssertionError(f"usage-cost never got there: {said}")


def of_llm_usage(claw):
    command = [PROGRAM, "llm-usage", claw.home]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [row for row in json.loads(text)["data"] if row["rowType"] == "grand_total"]
    names = {"usd": "costUsd"} | {
        kind: "".join((first, *map(str.title, rest))) + "Tokens"
        for kind, (first, *rest) in ((kind, kind.split("_")) for kind in KINDS)
    }
    return {kind: rows[0][names[kind]] for kind in (*KINDS, "usd")}


def plus(sums, more):
    return {kind: sums[kind] + more[kind] for kind in sums}


def check_equal(who, said, expected):
    for kind, value in expected.items():
        limit = books.MAX_USD_ERROR if kind == "usd" else 0
        assert abs(said[kind] - value) <= limit, f"{who} {kind}: {said[kind]!r}, not {value!r}"


def wait_openclaw(claw, expected):
    """2026.9.6 calls sums fresh for a while that lack what was written since."""
    for _ in range(30):
        said = of_openclaw(claw)
        if all(abs(said[kind] - value) <= books.MAX_USD_ERROR for kind, value in expected.items()):
            return
        time.sleep(3)
    check_equal("usage-cost", said, expected)


def said_by_spend(daemon, *words):
    command = [daemon.binary(), "spend", *words, *daemon.places]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_spend(case, daemon):
    """`clawvigil spend`: the document, the lines and the table are of the sums on the page."""
    expected = of_clawvigil(daemon)
    document = json.loads(said_by_spend(daemon, "--json", "--by=agent,model", "--since=3650d"))
    assert document["complete"] and document["rows_left_out"] == 0, document
    totals = document["totals"]
    check_equal("spend --json", totals["tokens"] | {"usd": totals["cost_usd"]}, expected)
    columns = {kind: f"{kind}_tokens" for kind in KINDS} | {"usd": "cost_usd"}
    for by in ("agent,model", "day", "session"):
        text = said_by_spend(daemon, "--csv", f"--by={by}", "--since=3650d")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert rows and all(None not in (*row, *row.values()) for row in rows), text
        sums = {kind: sum(float(row[name]) for row in rows) for kind, name in columns.items()}
        check_equal(f"spend --csv --by={by}", sums, expected)
    table = said_by_spend(daemon, "--by=agent")
    assert "\x1b" not in table and all(len(line) <= 80 for line in table.splitlines()), table
    case.step("clawvigil spend: the same, as text, JSON and CSV")


def check_files(case, claw, daemon):
    before, before_main = of_clawvigil(daemon), of_clawvigil(daemon, "main")
    check_equal("llm-usage-metrics", of_llm_usage(claw), before)
    case.step("llm-usage-metrics: equal")
    claw.stop()  # it remembers its sums for half a minute
    for path in MOVED.iterdir():
        shutil.copy(path, claw.state / "agents/main/sessions" / path.name)
    claw.start()
    daemon.wait_runs("usage")
    check_equal("clawvigil", of_clawvigil(daemon), plus(before, MOVED_ONCE))
    check_equal("usage-cost", of_openclaw(claw), plus(before_main, MOVED_ELSEWHERE))
    check_equal("llm-usage-metrics", of_llm_usage(claw), plus(before, MOVED_ELSEWHERE))
    case.step("a fork, an archive, a reset and a deletion: different as described")


def check_rows(case, claw, daemon):
    check_equal("llm-usage-metrics", of_llm_usage(claw), dict.fromkeys((*KINDS, "usd"), 0))
    case.step("llm-usage-metrics: sees no transcript in a database")
    before, main = of_clawvigil(daemon), of_clawvigil(daemon, "main")
    fork = json.dumps({"parentSessionKey": "agent:main:lab", "fork": True})
    claw.command("gateway", "call", "sessions.create", "--json", "--params", fork)
    claw.turn("main", "[[usage in=900 out=9 cache=0]]", "after")
    after = dict(zip((*KINDS, "usd"), (900, 9, 0, 0, 0.002835)))
    daemon.wait_runs("usage")
    check_equal("clawvigil", of_clawvigil(daemon), plus(before, after))
    wait_openclaw(claw, plus(plus(main, main), after))
    case.step("a fork: usage-cost takes twice what was copied")


def check(case, version):
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    claw.start()
    daemon = Daemon(case, claw.state)
    daemon.without_machine()
    daemon.start()
    take_turns(claw)
    books.wait_equal_and_stay(daemon, provider)
    case.step("six turns: equal to what was handed out")
    check_spend(case, daemon)
    check_equal("usage-cost", of_openclaw(claw), of_clawvigil(daemon, "main"))
    case.step("usage-cost: equal for the default agent, which is all it tells of")
    if version == "2026.3.13":
        check_files(case, claw, daemon)
    else:
        check_rows(case, claw, daemon)


if __name__ == "__main__":
    run(check)
