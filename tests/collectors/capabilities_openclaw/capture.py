#!/usr/bin/env python3
"""Asks the real OpenClaw what it makes of every configuration below this directory.

    capture.py [VERSION [CASE]...]

A case is a directory VERSION/CASE with what goes in:
    openclaw.json        the configuration
    exec-approvals.json  exec approvals (a file before 2026.5, a row of the state database after)
    extensions.txt       plugins to lie in the directory `extensions`, one a line
    installs.json        records of installed plugins, for the state database
and what OpenClaw says, written here:
    audit.json           findings of `openclaw security audit --json` on tools, sandbox and plugins
    approvals.json       `openclaw approvals get --json`, its effective policies (2026.9 only)
    explain.json         `openclaw sandbox explain --json`, by agent (cases of sandbox and elevated)
The answers are kept because each takes seconds and half a gigabyte."""

import concurrent.futures
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LAB = HERE.parents[1] / "e2e/lab/openclaw-lab"
SUBJECTS = ("tools.", "sandbox.", "security.exposure.", "plugins.", "config.insecure", "summary.")
WORKERS = int(os.environ.get("CAPTURE_WORKERS", "1"))


def ask(version, home, *arguments):
    """The JSON the command answers with."""
    done = subprocess.run(
        [LAB, "openclaw", version, home, *arguments, "--json"], capture_output=True, text=True
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"{home}: {arguments}: {done.stdout[:400]}{done.stderr[:800]}") from None


def write(path, value):
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n")


def prepare(case, home):
    state = home / ".openclaw"
    state.mkdir(mode=0o700)
    config = state / "openclaw.json"
    config.write_text((case / "openclaw.json").read_text())
    config.chmod(0o600)
    for name in lines_of(case / "extensions.txt"):
        plugin = state / "extensions" / name
        plugin.mkdir(parents=True)
        (plugin / "openclaw.plugin.json").write_text(
            json.dumps({"id": name, "configSchema": {"type": "object", "properties": {}}})
        )
        (plugin / "index.js").write_text("export default { register() {} };\n")


def lines_of(path):
    return path.read_text().split() if path.exists() else []


def is_file_era(version):
    return tuple(map(int, version.split("."))) < (2026, 5)


def give_approvals(case, version, home):
    approvals = case / "exec-approvals.json"
    if not approvals.exists():
        return
    if is_file_era(version):
        (home / ".openclaw/exec-approvals.json").write_text(approvals.read_text())
    else:
        ask(version, home, "approvals", "set", "--file", approvals)


def give_installs(case, version, home):
    """The record of an installation, without the network it would take."""
    records = case / "installs.json"
    if not records.exists():
        return
    ask(version, home, "approvals", "get")  # makes the database
    subprocess.run([LAB, "openclaw", version, home, "plugins", "registry", "--refresh", "--json"],
                   capture_output=True, check=False)
    key = "plugins.installedIndex"
    with sqlite3.connect(home / ".openclaw/state/openclaw.sqlite") as database:
        select = "SELECT value_json FROM config_machine_state WHERE state_key = ?"
        row = database.execute(select, (key,)).fetchone()
        value = json.loads(row[0])
        value["index"]["installRecords"] = json.loads(records.read_text())
        update = "UPDATE config_machine_state SET value_json = ? WHERE state_key = ?"
        database.execute(update, (json.dumps(value), key))


def capture_audit(case, version, home):
    report = ask(version, home, "security", "audit")
    if "findings" not in report:
        raise SystemExit(f"{case}: {json.dumps(report)[:800]}")
    findings = [
        {"checkId": finding["checkId"], "severity": finding["severity"],
         "detail": finding["detail"].replace(str(home), "~")}
        for finding in report["findings"]
        if finding["checkId"].startswith(SUBJECTS)
    ]  # fmt: skip
    write(case / "audit.json", sorted(findings, key=lambda finding: finding["checkId"]))


def capture_approvals(case, version, home):
    text = (case / "openclaw.json").read_text()
    if is_file_era(version) or '"exec"' not in text and "approvals" not in case.name:
        return
    answer = ask(version, home, "approvals", "get")
    scopes = [
        {"scope": scope["scopeLabel"], "host": scope["host"]["requested"],
         "security": scope["security"]["effective"], "ask": scope["ask"]["effective"]}
        for scope in answer["effectivePolicy"]["scopes"]
    ]  # fmt: skip
    write(case / "approvals.json", scopes)


def agents_of(case):
    agents = json.loads((case / "openclaw.json").read_text()).get("agents", {})
    listed = [agent["id"] for agent in agents.get("list", [])]
    return listed + list(agents.get("entries", {})) or ["main"]


def capture_explain(case, version, home):
    if not case.name.startswith(("sandbox", "elevated")):
        return
    answers = {}
    for agent in agents_of(case):
        session = f"agent:{agent}:telegram:direct:111"
        answer = ask(version, home, "sandbox", "explain", "--session", session)
        answers[agent] = {
            "mode": answer["sandbox"]["mode"],
            "scope": answer["sandbox"]["scope"],
            "channel": answer["elevated"].get("channel"),
            "elevated": answer["elevated"]["enabled"],
            "elevatedAllowed": answer["elevated"]["allowedByConfig"],
        }
    write(case / "explain.json", answers)


def capture(case):
    version = case.parent.name
    with tempfile.TemporaryDirectory(prefix="clawvigil-capture-") as directory:
        home = pathlib.Path(directory)
        prepare(case, home)
        give_approvals(case, version, home)
        give_installs(case, version, home)
        capture_audit(case, version, home)
        capture_approvals(case, version, home)
        capture_explain(case, version, home)
    print(f"{version}/{case.name}", flush=True)


def main(only_version=None, *only_cases):
    cases = [path.parent for path in sorted(HERE.glob("*/*/openclaw.json"))]
    chosen = [
        case for case in cases
        if only_version in (None, case.parent.name) and (not only_cases or case.name in only_cases)
    ]  # fmt: skip
    for version in sorted({case.parent.name for case in chosen}):
        subprocess.run([LAB, "install", version], check=True)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(capture, chosen))


if __name__ == "__main__":
    main(*sys.argv[1:])
