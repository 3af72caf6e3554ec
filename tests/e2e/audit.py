#!/usr/bin/env python3
"""The probe runs OpenClaw's own audit as its user; the daemon shows what the command itself says."""

import json
import os
import subprocess

from harness.case import need_programs, need_root, run
from harness.daemon import Daemon, select
from harness.openclaw import OpenClaw, lab_directory
from harness.processes import wait_until

OPENCLAW_UID = 61339  # need not exist in /etc/passwd
CLAWVIGIL_UID = 61340
PROVOKED = "fs.config.perms_world_readable"


class NoProvider:
    port = 1  # the audit asks no model


def prepare(claw):
    """An installation below the user's home, as npm makes it, where that user gets to."""
    installed = claw.case.directory / "installed"
    installed.mkdir()
    node = "node-22.23.3" if claw.version.startswith("2026.3.") else "node-24.21.0"
    bin_directory = claw.home / ".npm-global" / "bin"
    bin_directory.mkdir(parents=True)
    package = installed / f"openclaw-{claw.version}" / "node_modules" / "openclaw"
    (bin_directory / "openclaw").symlink_to(package / "openclaw.mjs")
    (bin_directory / "node").symlink_to(installed / node / "node_modules" / "node" / "bin" / "node")
    claw.edit(agents_of_2026_9)
    for directory, _, files in os.walk(claw.home):
        for path in (directory, *(os.path.join(directory, file) for file in files)):
            os.lchown(path, OPENCLAW_UID, OPENCLAW_UID)
    return installed


def agents_of_2026_9(config):
    if "entries" in config["agents"]:
        config["agents"]["ownership"] = "explicit"
        config["agents"]["defaults"]["systemAgent"] = {"agentId": "main"}


def with_installation(installed, *command):
    """The installation may lie where only root gets to: shown elsewhere to this command."""
    script = f"mount --bind '{lab_directory()}' '{installed}' && exec \"$@\""
    return ["unshare", "--mount", "sh", "-c", script, "sh", *map(str, command)]


def own_answer(claw, installed):
    """What the user sees who runs the command: ({severity: count}, {check: severity})."""
    command = with_installation(
        installed,
        *["setpriv", f"--reuid={OPENCLAW_UID}", f"--regid={OPENCLAW_UID}", "--clear-groups"],
        *["env", "-i", f"HOME={claw.home}", f"PATH={claw.home}/.npm-global/bin:/usr/bin:/bin"],
        *["OPENCLAW_NO_RESPAWN=1", "openclaw", "security", "audit", "--json"],
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, cwd="/")
    assert done.returncode == 0, done.stderr[-500:]
    answer = json.loads(done.stdout[done.stdout.index("{") :])
    checks = {finding["checkId"]: finding["severity"] for finding in answer["findings"]}
    return answer["summary"], checks


def probe(daemon, installed):
    command = [daemon.binary(), "probe", "openclaw-audit", *daemon.places]
    done = subprocess.run(
        with_installation(installed, *command), capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def shown(daemon):
    """The same as own_answer(), by the daemon's metrics."""
    samples = daemon.samples()
    counts = {
        labels["severity"]: int(value) for labels, value in select(samples, "clawvigil_audit_findings")
    }
    found = select(samples, "clawvigil_audit_finding_info")
    return counts, {labels["check_id"]: labels["severity"] for labels, _ in found}


def state_of(daemon, alert):
    samples = select(daemon.samples(), "clawvigil_rule_state", rule=alert)
    return next((("ok", "unknown", "pending", "firing")[int(value)] for _, value in samples), None)


def check(case, version, *repaired_too):
    need_root()
    need_programs("unshare", "setpriv", "mount")
    claw = OpenClaw(case, version, NoProvider(), uid=OPENCLAW_UID)
    installed = prepare(claw)
    daemon = Daemon(case, claw.state, uid=CLAWVIGIL_UID)
    daemon.start()
    assert shown(daemon) == ({}, {}), shown(daemon)
    wait_until("never audited is unknown", lambda: state_of(daemon, "AuditCritical") == "unknown")
    daemon.stop()
    case.step("before the first audit: unknown")

    claw.config.chmod(0o644)
    probe(daemon, installed)
    assert oct((case.directory / "spool").stat().st_mode)[-3:] == "700"
    daemon.start()
    expected = own_answer(claw, installed)
    assert expected[1].get(PROVOKED) == "critical", expected
    assert shown(daemon) == expected, f"{shown(daemon)} instead of {expected}"
    wait_until(
        "the alert", lambda: state_of(daemon, "AuditCritical") in ("pending", "firing")
    )
    daemon.stop()
    case.step(f"everybody may read openclaw.json: {expected[0]}, as the command itself says")
    if not repaired_too:
        return

    claw.config.chmod(0o600)
    probe(daemon, installed)
    daemon.start()
    counts, checks = shown(daemon)
    assert counts["critical"] == expected[0]["critical"] - 1 and PROVOKED not in checks, counts
    assert (claw.config.stat().st_uid, claw.config.stat().st_mode & 0o777) == (OPENCLAW_UID, 0o600)
    case.step(f"made right: {counts}")


if __name__ == "__main__":
    run(check)
