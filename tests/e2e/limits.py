#!/usr/bin/env python3
"""Units of a real systemd: what the packaged daemon says of them is what `systemctl show` says.

A user's unit as OpenClaw installs it, and a system unit written by hand, both crash, are stopped
and disabled. The daemon is restarted before each look: it looks at once then, and counts on."""

import os
import pathlib
import shutil
import time

from harness.case import run
from harness.daemon import parse, select
from harness.processes import wait_until
from harness.systemd import Container

CLAW, HAND = 4242, 4243
SOURCE = pathlib.Path(__file__).resolve().parents[2]
USER_UNIT = {"home": "claw", "unit": "openclaw-gateway.service", "manager": "user"}
SYSTEM_UNIT = {"home": "hand", "unit": "openclaw.service", "manager": "system"}

GATEWAY = """import ctypes, time
ctypes.CDLL(None).prctl(15, b"openclaw-gateway", 0, 0, 0)
while True:
    time.sleep(1)
"""
# As 2026.9.6 writes it, but for what it runs.
CLAW_UNIT = """[Unit]
Description=OpenClaw Gateway
StartLimitBurst=10
StartLimitIntervalSec=300
[Service]
ExecStart=/usr/bin/python3 /usr/local/lib/gateway.py
Restart=always
RestartSec=1
OOMPolicy=continue
[Install]
WantedBy=default.target
"""
HAND_UNIT = """[Unit]
Description=OpenClaw, by hand
StartLimitIntervalSec=0
[Service]
User=hand
ExecStart=/usr/bin/python3 /usr/local/lib/gateway.py
Restart=on-failure
RestartSec=100ms
MemoryMax=200M
TasksMax=64
CPUQuota=50%
[Install]
WantedBy=multi-user.target
"""


class Host:
    """The container, with the daemon in it."""

    def __init__(self, case):
        self.case = case
        self.container = Container(case)
        self.container.write("/usr/local/lib/gateway.py", GATEWAY)
        for name, uid in (("claw", CLAW), ("hand", HAND)):
            self.container.add_user(name, uid, linger=name == "claw")
            self.container.write(f"/home/{name}/.openclaw/openclaw.json", "{}\n", 0o600, uid)
        user_units = "/home/claw/.config/systemd/user"
        self.container.write(f"{user_units}/openclaw-gateway.service", CLAW_UNIT, owner=CLAW)
        self.container.write("/etc/systemd/system/openclaw.service", HAND_UNIT)
        self._install()

    def _install(self):
        root = self.container.root
        shutil.copy(os.environ["CLAWVIGIL_BINARY"], root / "usr/bin/clawvigil")
        for unit in ("clawvigil.service", "clawvigil-probe-user-units.service"):
            shutil.copy(SOURCE / "packaging" / unit, root / "etc/systemd/system/")
        users = SOURCE / "packaging/clawvigil.sysusers"
        shutil.copy(users, root / "usr/lib/sysusers.d/clawvigil.conf")

    def start(self):
        self.container.start()
        self.container.run("systemctl", "enable", "--now", "openclaw.service")
        self.container.run("systemctl", "--user", "enable", "--now", "openclaw-gateway", user=CLAW)
        for unit in (USER_UNIT, SYSTEM_UNIT):
            wait_until(f"{unit} runs", lambda unit=unit: self._runs_again(unit, "0"), 20)
        self.case.step("booted, gateways started")

    def look(self, probe=True):
        """The page of a daemon that has just been started."""
        if probe:
            self.container.run("systemctl", "start", "clawvigil-probe-user-units.service")
        self.container.run("systemctl", "restart", "clawvigil.service")
        return wait_until("the collector has run", self._page_with_limits, 20)

    def _page_with_limits(self):
        text = self.container.run("curl", "-s", "http://127.0.0.1:9842/metrics", check=False)
        samples = parse(text)
        done = select(samples, "clawvigil_collector_success", collector="limits")
        return samples if done and done[0][1] == 1 else None

    def show(self, unit, *properties):
        user = CLAW if unit is USER_UNIT else None
        return self.container.show(unit["unit"], *properties, user=user)

    def kill(self, unit):
        before = self.show(unit, "MainPID")["MainPID"]
        self.container.run("kill", "-9", before)
        wait_until(f"{unit} runs again", lambda: self._runs_again(unit, before), 20)

    def _runs_again(self, unit, before):
        now = self.show(unit, "MainPID", "ActiveState", "ControlGroup")
        if now["ActiveState"] != "active" or now["MainPID"] in ("0", before):
            return False
        name = self.container.run("cat", f"/proc/{now['MainPID']}/comm", check=False)
        return name.strip() == "openclaw-gatewa"


def value(samples, name, **labels):
    found = select(samples, name, **labels)
    assert len(found) == 1, f"{name}{labels}: {found}"
    return found[0][1]


def unknown_families(samples):
    return {labels["reason"]: count for labels, count in select(
        samples, "clawvigil_unknown", collector="limits") if count}  # fmt: skip


def check_equal(host, samples, unit):
    """What both say of the unit."""
    shown = host.show(
        unit, "ActiveState", "UnitFileState", "Restart", "NRestarts", "MemoryMax", "TasksMax",
        "CPUQuotaPerSecUSec", "CPUUsageNSec", "ControlGroup",
    )  # fmt: skip
    active = 1 if shown["ActiveState"] == "active" else 0
    assert value(samples, "clawvigil_unit_active", **unit) == active, shown
    enabled = 1 if shown["UnitFileState"] == "enabled" else 0
    assert value(samples, "clawvigil_unit_enabled", **unit) == enabled, shown
    policy = select(samples, "clawvigil_unit_restart_policy_info", **unit)
    assert [labels["policy"] for labels, _ in policy] == [shown["Restart"]], (policy, shown)
    assert value(samples, "clawvigil_unit_restarts_total", **unit) == int(shown["NRestarts"]), shown
    if active and shown["CPUUsageNSec"].isdigit():
        seconds = value(samples, "clawvigil_cgroup_cpu_seconds_total", **unit)
        assert 0 < seconds <= int(shown["CPUUsageNSec"]) / 1e9 + 0.01, (seconds, shown)
    return shown


def check_limits(host, samples):
    """In force only where the controllers are in the tree of version 2; else that is said."""
    controllers = host.container.run("sh", "-c", "cat /sys/fs/cgroup/cgroup.controllers || true")
    set_by_hand = select(samples, "clawvigil_cgroup_limit_set", **SYSTEM_UNIT)
    if "memory" not in controllers.split():
        assert not set_by_hand, set_by_hand
        assert "unsupported" in unknown_families(samples), unknown_families(samples)
        host.case.step("no memory controller here: limits are unknown, as they should be")
        return
    assert value(samples, "clawvigil_cgroup_memory_max_bytes", **SYSTEM_UNIT) == 200 * 1024**2
    assert value(samples, "clawvigil_cgroup_tasks_max", **SYSTEM_UNIT) == 64
    assert value(samples, "clawvigil_cgroup_cpu_quota_cores", **SYSTEM_UNIT) == 0.5
    assert all(count == 1 for _, count in set_by_hand), set_by_hand


def check_process(host, samples):
    for unit in (USER_UNIT, SYSTEM_UNIT):
        shown = host.show(unit, "MainPID", "LimitNOFILESoft")
        pid = shown["MainPID"]
        count = host.container.run("sh", "-c", f"ls /proc/{pid}/fd | wc -l").strip()
        assert value(samples, "clawvigil_gateway_open_fds", home=unit["home"]) == int(count)
        limit = int(shown["LimitNOFILESoft"])
        assert value(samples, "clawvigil_gateway_max_fds", home=unit["home"]) == limit
        age = time.time() - value(samples, "clawvigil_unit_start_time_seconds", **unit)
        assert -1 < age < 120, f"{unit} has run for {age} s"


def check(case):
    host = Host(case)
    host.start()
    samples = host.look()
    for unit in (USER_UNIT, SYSTEM_UNIT):
        check_equal(host, samples, unit)
    check_process(host, samples)
    check_limits(host, samples)
    case.step("as systemctl says: two running units")

    for _ in range(3):
        host.kill(SYSTEM_UNIT)
    host.kill(USER_UNIT)
    samples = host.look()
    assert check_equal(host, samples, SYSTEM_UNIT)["NRestarts"] == "3"
    assert check_equal(host, samples, USER_UNIT)["NRestarts"] == "1"
    case.step("three crashes and one")

    host.container.run("systemctl", "disable", "--now", "openclaw.service")
    host.container.run("systemctl", "--user", "disable", "--now", "openclaw-gateway", user=CLAW)
    samples = host.look()
    for unit in (USER_UNIT, SYSTEM_UNIT):
        assert value(samples, "clawvigil_unit_active", **unit) == 0
        assert value(samples, "clawvigil_unit_enabled", **unit) == 0
    case.step("stopped and disabled")

    host.container.run("systemctl", "enable", "--now", "openclaw.service")
    host.kill(SYSTEM_UNIT)
    samples = host.look()
    shown = host.show(SYSTEM_UNIT, "NRestarts")
    total = value(samples, "clawvigil_unit_restarts_total", **SYSTEM_UNIT)
    assert (shown["NRestarts"], total) == ("1", 4), (shown, total)
    case.step("started by hand: systemd counts from 0, the metric goes on")


if __name__ == "__main__":
    run(check, programs=("systemd-nspawn", "curl"))
