#!/usr/bin/env python3
"""What OpenClaw's own backup makes is found, and what it keeps of sessions is seen to be old."""

import json
import os
import sqlite3
import subprocess
import time

from harness.case import run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider

DAY = 86400


class Looks:
    """`clawvigil check` without a daemon, as often as wanted."""

    def __init__(self, case, claw):
        self.daemon = Daemon(case, claw.state)

    def broken(self):
        """{alertname: [labels]} of the rules about backups and retention."""
        command = [self.daemon.binary(), "check", "--json", "--area=host", *self.daemon.places]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        found = {}
        for rule in json.loads(said.stdout)["rules"]:
            if rule["state"] == "broken" and rule["control"] in ("H3", "H4"):
                found.setdefault(rule["alertname"], []).append(rule.get("labels", {}))
        return found


def expect(case, looks, said, *names):
    broken = looks.broken()
    assert sorted(broken) == sorted(names), f"{said}: {broken}, expected {names}"
    case.step(f"{said}: {', '.join(names) or 'nothing'}")


def set_back(path, days):
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def check_backups(case, claw, looks):
    expect(case, looks, "no backup", "BackupMissing")
    claw.command("backup", "create", "--output", str(claw.home))
    (archive,) = claw.home.glob("*-openclaw-backup.tar.gz")
    set_back(archive, 1)
    # It belongs to the agent's user, on this host, in the clear; 2026.3.13 lets everybody read it.
    always = ["BackupUnencrypted", "BackupNotOffHost", "BackupAgentCanChange", "RestoreNeverTested"]
    if archive.stat().st_mode & 0o004:
        always.append("BackupOpenToOthers")
    expect(case, looks, "openclaw backup create", *always)
    set_back(archive, 3)
    expect(case, looks, "and none since", *always, "BackupTooOld")
    archive.unlink()
    expect(case, looks, "and deleted", "BackupMissing")


def age_sessions(claw, days):
    """Whatever is recorded was last used so long ago."""
    for path in claw.state.glob("agents/*/sessions/*.jsonl"):
        set_back(path, days)
    for path in claw.state.glob("agents/*/sessions/sessions.json"):
        sessions = json.loads(path.read_text())
        for session in sessions.values():
            session["updatedAt"] -= days * DAY * 1000
        path.write_text(json.dumps(sessions))
    for path in claw.state.glob("agents/*/agent/openclaw-agent.sqlite"):
        with sqlite3.connect(path) as database:
            for table in ("session_windows", "session_nodes"):
                database.execute(f"UPDATE {table} SET updated_at = updated_at - {days * DAY * 1000}")
            database.execute(
                "UPDATE session_nodes SET entry_json = json_set(entry_json, '$.updatedAt', updated_at)"
            )
        database.close()


def check_sessions(case, claw, looks):
    age_sessions(claw, 200)
    expect(case, looks, "a session of 200 days", "BackupMissing", "RetentionExceeded")
    claw.command("sessions", "cleanup", "--enforce")
    expect(case, looks, "tidied away is not deleted", "BackupMissing", "RetentionExceeded")


def check(case, version):
    claw = OpenClaw(case, version, Provider(case, version))
    claw.start()
    claw.turn("main", "hello")
    claw.stop()
    looks = Looks(case, claw)
    check_backups(case, claw, looks)
    check_sessions(case, claw, looks)


if __name__ == "__main__":
    run(check)
