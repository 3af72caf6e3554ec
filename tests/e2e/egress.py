#!/usr/bin/env python3
"""Whom the gateway and its agent talk to is seen: how far away, on which port."""

import json
import os
import subprocess
import threading

from harness.case import need_programs, run
from harness.daemon import Daemon
from harness.network import make_network
from harness.openclaw import PROGRAM, OpenClaw, Provider, install
from harness.processes import Process, wait_until

OPENCLAW_UID = 61337
CLAWVIGIL_UID = 61338
PUBLIC, PRIVATE, PORT, TUNNEL = "203.0.113.2", "10.77.0.2", 443, 4444
SLOW = 12  # seconds a model thinks: longer than between two looks
SECONDS = 110  # until a turn, the first of a gateway perhaps, has reached its model
OPEN = "clawvigil_outbound_connections"
SEEN = "clawvigil_outbound_connections_seen_total"
UNUSUAL = "clawvigil_outbound_unusual_port_connections"
RULE = "clawvigil_rule_state"
BROKEN = {"rule": "EgressPublicDestination"}
SCOPES = ("loopback", "tailnet", "private", "public")

# Another machine: a network namespace that gets the other end of the cable.
MACHINE = (
    "ip link set lo up; until ip link set veth1 up 2>/dev/null; do sleep 0.05; done; "
    f"ip addr add {PRIVATE}/24 dev veth1; ip addr add {PUBLIC}/24 dev veth1; "
    f"ip route add default dev veth1; python3 -m http.server {TUNNEL} & "
    'exec "$@"'
)


class RemoteProvider(Provider):
    """At both addresses of another machine, as far as the gateway's can tell."""

    def __init__(self, case, version):
        install(version)
        self.port = PORT
        process = Process(
            ["unshare", "--net", "sh", "-c", MACHINE, "sh", PROGRAM, "provider", PORT],
            case.directory / "provider.log",
            env={**os.environ, "CLAWVIGIL_LAB_PROVIDER_ADDRESS": "0.0.0.0"},
        )
        case.stack.callback(process.kill)
        pid = process.popen.pid
        own = os.stat("/proc/self/ns/net").st_ino
        wait_until("the machine", lambda: os.stat(f"/proc/{pid}/ns/net").st_ino != own)
        for command in (
            f"link set veth1 netns {pid}",
            f"addr add {PUBLIC[:-1]}1/24 dev veth0",
            "route add default dev veth0",
        ):
            subprocess.run(["ip", *command.split()], check=True)
        books = ["curl", "-fs", "--max-time", "2", f"http://{PUBLIC}:{PORT}/books"]
        quiet = subprocess.DEVNULL
        wait_until("the provider answers", lambda: not subprocess.call(books, stdout=quiet))


def use(address):
    def change(config):
        for provider in config["models"]["providers"].values():
            provider["baseUrl"] = f"http://{address}:{PORT}/v1"

    return change


def counts(daemon, name):
    return {scope: daemon.value(name, scope=scope) for scope in SCOPES}


def wait_during_turn(claw, text, daemon, name, **labels):
    """Until this series is 1 while the agent works on a turn."""
    turn = threading.Thread(target=claw.turn, args=("main", text))
    turn.start()
    try:
        daemon.wait_value(1, name, SECONDS, **labels)
    finally:
        turn.join()


def check_model(case, claw, daemon, address, scope):
    claw.edit(use(address))
    claw.start()
    daemon.wait_value(1, "clawvigil_outbound_attribution_info", by="user")
    before = counts(daemon, SEEN)
    wait_during_turn(claw, f"[[wait {SLOW}]]", daemon, OPEN, scope=scope)
    daemon.wait_runs("egress")
    after = counts(daemon, SEEN)
    other = "private" if scope == "public" else "public"
    assert after[scope] > before[scope], f"{before} {after}"
    assert after[other] == before[other], f"{before} {after}"
    case.step(f"the model at {address}: one connection, {scope}")


def check_command(case, claw, daemon):
    """A tunnel that the agent opens with a command."""
    script = f"exec 3<>/dev/tcp/{PUBLIC}/{TUNNEL}; sleep {SLOW}"
    wish = json.dumps({"command": f"bash -c '{script}'"})
    labels = {"scope": "public", "protocol": "tcp", "port": str(TUNNEL)}
    wait_during_turn(claw, f"[[tool exec {wish}]]", daemon, UNUSUAL, **labels)
    case.step(f"a command of the agent holds port {TUNNEL}: seen")


def check_restart(case, daemon):
    seen = counts(daemon, SEEN)
    daemon.stop()
    daemon.start()
    daemon.wait_runs("egress")
    assert counts(daemon, SEEN) == seen, f"{seen} {counts(daemon, SEEN)}"
    case.step(f"restarted: {seen} as before")


def check(case, version):
    need_programs("setpriv", "unshare", "mount")
    make_network()
    provider = RemoteProvider(case, version)
    claw = OpenClaw(case, version, provider, uid=OPENCLAW_UID)
    daemon = Daemon(case, claw.state, uid=CLAWVIGIL_UID)
    daemon.config.write_text("egress: {local-models-only: true}\n")
    daemon.start()
    daemon.wait_value(0, OPEN, scope="public")
    case.step("no gateway: no connections")
    check_model(case, claw, daemon, PRIVATE, "private")
    daemon.wait_value(0, RULE, **BROKEN)
    case.step("local models only: kept")
    claw.stop()
    check_model(case, claw, daemon, PUBLIC, "public")
    daemon.wait_value(3, RULE, **BROKEN)
    case.step("local models only: broken, and told")
    check_command(case, claw, daemon)
    check_restart(case, daemon)


if __name__ == "__main__":
    run(check, own_network=True)
