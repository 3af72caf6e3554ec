#!/usr/bin/env python3
"""The bundled rules in a real Prometheus: silent beside a sound OpenClaw, and what is broken fires."""

import json
import pathlib
import socket
import time

from harness.case import run
from harness.daemon import Daemon
from harness.network import ADDRESS, make_network
from harness.openclaw import OpenClaw, Provider
from harness.processes import wait_until
from harness.prometheus import Prometheus

QUIET_SECONDS = 25
RULES = pathlib.Path(__file__).resolve().parents[2] / "alerts" / "rules"
HEARTBEAT = {"Watchdog": "firing"}


def rule_files():
    return sorted(path for path in RULES.glob("*.yml") if not path.name.endswith(".test.yml"))


def expect_silence(case, prometheus):
    """Nothing but the heartbeat, not even pending: what is pending now fires later."""
    until = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until:
        alerts = prometheus.alerts()
        assert alerts == HEARTBEAT, f"a false alarm: {alerts}"
        time.sleep(1)
    case.step(f"a sound OpenClaw: silent for {QUIET_SECONDS} s")


def expect(case, prometheus, name, state="firing"):
    wait_until(
        lambda: f"{name} is {state}, but {prometheus.alerts()}",
        lambda: prometheus.alerts().get(name) == state,
        45,
    )
    case.step(f"{name}: {state}")


def open_channel(config):
    config["channels"] = {"telegram": {"enabled": True, "dmPolicy": "open", "allowFrom": ["*"]}}


def close_channel(config):
    del config["channels"]


def without_commands(config):
    """As it comes, the agent runs any command unasked, and a rule says so."""
    config["tools"] = {"deny": ["group:runtime"]}


def with_commands(config):
    del config["tools"]


def set_gateway(**settings):
    def change(config):
        config["gateway"].update(settings)

    return change


def keep_secrets_apart(claw):
    """In a file openclaw.json refers to: sound, as OpenClaw's own `secrets audit` has it."""
    secrets = claw.state / "secrets.json"

    def refer(config):
        values = {}
        for name, holder, key in (
            ("gateway", config["gateway"]["auth"], "token"),
            ("fakeai", config["models"]["providers"]["fakeai"], "apiKey"),
        ):
            values[name] = holder[key]
            holder[key] = {"source": "file", "provider": "lab", "id": f"/{name}"}
        secrets.write_text(json.dumps(values))
        secrets.chmod(0o600)
        config["secrets"] = {"providers": {"lab": {"source": "file", "path": str(secrets)}}}

    claw.edit(refer)


def check_files_and_channels(case, prometheus, claw):
    claw.config.chmod(0o644)
    expect(case, prometheus, "UnsafeFileMode", "pending")  # for: 2m
    claw.config.chmod(0o600)

    claw.edit(open_channel)
    expect(case, prometheus, "ChannelDmOpen")
    expect(case, prometheus, "OwnerIdsMissing", "pending")  # for: 1h
    claw.edit(with_commands)
    expect(case, prometheus, "OpenChannelWithExec", "pending")  # for: 1m
    expect(case, prometheus, "SandboxOffWithExec", "pending")  # for: 1h
    claw.edit(without_commands)
    claw.edit(close_channel)


def check_sockets(case, prometheus, claw):
    with socket.create_server((ADDRESS, 8080)):
        expect(case, prometheus, "UnexpectedListener")

    claw.stop()
    claw.edit(set_gateway(bind="lan"))
    claw.launch()
    expect(case, prometheus, "GatewayExposed")


def check_gateway(case, prometheus, claw):
    claw.stop()
    claw.edit(set_gateway(bind="loopback", auth={"mode": "none"}))
    claw.launch()
    expect(case, prometheus, "GatewayNoAuth")
    expect(case, prometheus, "GatewayUnauthenticatedAccess")
    claw.stop()
    expect(case, prometheus, "GatewayDown", "pending")  # for: 2m


def check(case, version):
    make_network()
    claw = OpenClaw(case, version, Provider(case, version))
    keep_secrets_apart(claw)
    claw.edit(without_commands)
    claw.start()
    claw.turn("main", "hello")
    daemon = Daemon(case, claw.state)
    daemon.without_machine()
    daemon.start()
    prometheus = Prometheus(case, daemon.address, rule_files())
    wait_until("the first scrape", lambda: prometheus.query("up") == 1, 30)
    # Rules that look back cannot be judged in the first half minute after a start.
    prometheus.wait_judged()
    wait_until("the first evaluation", lambda: prometheus.alerts() == HEARTBEAT, 30)

    expect_silence(case, prometheus)
    check_files_and_channels(case, prometheus, claw)
    check_sockets(case, prometheus, claw)
    check_gateway(case, prometheus, claw)


if __name__ == "__main__":
    run(check, own_network=True)
