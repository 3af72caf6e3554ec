#!/usr/bin/env python3
"""The packaged units in a real systemd: timers start the probes inside their sandboxes, the daemon
shows what they left, and nothing of OpenClaw's program remains."""

import os
import pathlib
import shutil
import subprocess

import audit
from harness.case import need_programs, run
from harness.daemon import parse, select
from harness.openclaw import OpenClaw, lab_directory
from harness.processes import wait_until
from harness.systemd import Container

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
CLAW_UID = 61341
CLAWVIGIL_UID = 61342
SPOOL = "/var/lib/clawvigil-probes"
ADDRESS = "127.0.0.1:9842"
# The timers as packaged, but now.
SOON = "[Timer]\nOnCalendar=\nOnBootSec=\nOnActiveSec=1s\nRandomizedDelaySec=0\nAccuracySec=10ms\n"


def install(container):
    inside = pathlib.Path(container.root)
    shutil.copy(os.environ["CLAWVIGIL_BINARY"], inside / "usr/bin/clawvigil")
    for unit in (*PACKAGING.glob("*.service"), *PACKAGING.glob("*.timer")):
        container.write(f"/etc/systemd/system/{unit.name}", unit.read_text())
    container.add_user("clawvigil", CLAWVIGIL_UID)
    probes = subprocess.run(
        [os.environ["CLAWVIGIL_BINARY"], "probe", "list"], capture_output=True, text=True, check=True
    )
    return [line.split()[0] for line in probes.stdout.splitlines()[1:]]


def install_openclaw(case, container, version):
    """A home as the lab makes it, of a user of the container, with OpenClaw below it."""
    claw = OpenClaw(case, version, audit.NoProvider())
    container.add_user("claw", CLAW_UID)
    home = pathlib.Path(container.root) / "home/claw"
    shutil.copytree(claw.state, home / ".openclaw")
    claw.home, claw.state = home, home / ".openclaw"
    claw.config = claw.state / "openclaw.json"
    claw.edit(audit.agents_of_2026_9)
    container.bind(lab_directory(), "/opt/lab")
    links = home / ".npm-global/bin"
    links.mkdir(parents=True)
    (links / "openclaw").symlink_to(f"/opt/lab/openclaw-{version}/node_modules/openclaw/openclaw.mjs")
    (links / "node").symlink_to("/opt/lab/node-24.21.0/node_modules/node/bin/node")
    for directory, _, files in os.walk(home):
        for path in (directory, *(os.path.join(directory, file) for file in files)):
            os.lchown(path, CLAW_UID, CLAW_UID)
    claw.config.chmod(0o644)  # what the audit calls critical


def start_by_timer(case, container, probe):
    unit = f"clawvigil-probe-{probe}"
    container.write(f"/etc/systemd/system/{unit}.timer.d/soon.conf", SOON)
    container.run("systemctl", "daemon-reload")
    container.run("systemctl", "enable", "--now", f"{unit}.timer")

    def ended():
        state = container.show(unit, "ActiveState", "ExecMainExitTimestampMonotonic")
        ran = state.get("ExecMainExitTimestampMonotonic", "0") != "0"
        return ran and state["ActiveState"] in ("inactive", "failed")

    wait_until(f"{unit} has run", ended, 200, every=0.5)
    result = container.show(unit, "Result", "ExecMainStatus", "ExecMainCode")
    journal = container.run("journalctl", "-u", unit, "--no-pager", "-o", "cat")
    assert result["Result"] == "success", f"{unit}: {result} {journal}"
    listing = container.run("stat", "-c", "%a %u", SPOOL, f"{SPOOL}/{probe}.json").split()
    assert listing == ["700", "0", "600", "0"], listing
    case.step(f"{unit}: {' | '.join(journal.splitlines()[-3:])}")


def check(case, version):
    need_programs("nft")  # without it the probe of the packet filter cannot succeed
    container = Container(case)
    probes = install(container)
    install_openclaw(case, container, version)
    container.start()
    case.step("systemd runs")
    for probe in probes:
        start_by_timer(case, container, probe)
    left = container.run("pgrep", "-u", str(CLAW_UID), "-f", "openclaw", check=False)
    assert not left, f"of the audit is left: {left}"

    container.run("systemctl", "start", "clawvigil.service")
    page = container.run("curl", "-fs", f"http://{ADDRESS}/metrics")
    samples = parse(page)
    critical = select(samples, "clawvigil_audit_findings", home="claw", severity="critical")
    assert [value for _, value in critical] == [1], critical
    ages = select(samples, "clawvigil_probe_last_success_timestamp_seconds")
    assert any(labels["probe"] == "openclaw-audit" for labels, _ in ages), ages
    user = container.show("clawvigil.service", "User", "MainPID")
    assert user["User"] == "clawvigil", user
    case.step("the packaged daemon shows what its probes left")


if __name__ == "__main__":
    run(check)
