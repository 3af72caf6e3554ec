#!/usr/bin/env python3
"""A gateway reachable from outside is seen within two seconds, whatever its config says."""

import socket
import time

from harness.case import run
from harness.daemon import Daemon
from harness.network import ADDRESS, make_network
from harness.openclaw import OpenClaw, Provider
from harness.processes import wait_until

SECONDS = 2
EXPOSED = ("clawvigil_gateway_exposed", {})


def reachable(port):
    try:
        socket.create_connection((ADDRESS, port), 1).close()
    except OSError:
        return False
    return True


def seconds_until_seen(daemon, port):
    """From the moment the port answers on the outer address until gateway_exposed is 1."""
    wait_until(f"{ADDRESS}:{port} answers", lambda: reachable(port), 90, every=0.02)
    opened = time.monotonic()
    name, labels = EXPOSED
    daemon.wait_value(1, name, seconds=15, **labels)
    return time.monotonic() - opened


def expect_seen(case, daemon, port, how):
    took = seconds_until_seen(daemon, port)
    case.step(f"{how}: {EXPOSED[0]} after {took:.2f} s")
    assert took <= SECONDS, f"{how}: {took:.2f} s, at most {SECONDS} s are allowed"


def wait_hidden(daemon):
    daemon.wait_value(0, EXPOSED[0])


def bind(mode):
    def change(config):
        config["gateway"]["bind"] = mode

    return change


def check(case, version):
    make_network()
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    daemon = Daemon(case, claw.state)
    claw.start()
    daemon.start()
    wait_hidden(daemon)
    case.step("bound to loopback: not exposed")

    claw.stop()
    claw.edit(bind("lan"))
    claw.launch()
    expect_seen(case, daemon, claw.port, "bind lan in openclaw.json")

    claw.stop()
    claw.edit(bind("loopback"))
    wait_hidden(daemon)
    claw.launch("--bind", "lan")
    expect_seen(case, daemon, claw.port, "loopback in openclaw.json, --bind lan")

    claw.stop()
    wait_hidden(daemon)
    other = claw.port + 100
    claw.launch("--bind", "lan", "--port", str(other))
    expect_seen(case, daemon, other, "the same, another --port")


if __name__ == "__main__":
    run(check, own_network=True)
