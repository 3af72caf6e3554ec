#!/usr/bin/env python3
"""An open socket is told within seconds, once, and its end too, over restarts and kill -9."""

import random
import socket
import time

from harness.alerting import KEPT, OWN, UNEXPECTED, Home, Receiver, Told, webhook
from harness.case import run
from harness.network import ADDRESS, make_network
from harness.processes import free_ports

SECONDS = 5  # from the socket to the message
KILLS = 8
MOST_DELAY = 1.5
SEED = 20261122


def listen(case, port):
    return case.stack.enter_context(socket.create_server((ADDRESS, port)))


def check_message(headers, message, alert):
    """Alertmanager's format, version 4, and texts a person can act on."""
    assert message["version"] == "4" and message["status"] == "firing", message
    assert set(message) == {
        "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels",
        "commonLabels", "commonAnnotations", "externalURL", "alerts",
    }, sorted(message)  # fmt: skip
    assert headers["Idempotency-Key"], headers
    for name in ("summary", "description", "action", "runbook_url"):
        assert alert["annotations"][name], f"no {name}: {alert}"
        assert "{{" not in alert["annotations"][name], alert["annotations"][name]
    port = alert["labels"]["port"]
    for name in ("summary", "description", "action"):
        assert port in alert["annotations"][name], alert["annotations"][name]
    assert alert["annotations"]["runbook_url"].endswith("#" + UNEXPECTED.lower()), alert


def check_open_and_closed(case, daemon, receiver):
    port = free_ports()
    opened = time.monotonic()
    server = listen(case, port)
    told = receiver.wait_told("firing", alertname=UNEXPECTED, port=str(port), seconds=SECONDS)
    check_message(*told)
    case.step(f"told {time.monotonic() - opened:.2f} s after the socket was opened")
    receiver.wait_told("firing", alertname=OWN, port=str(port))

    settled = time.monotonic()
    receiver.never_told("firing", settled, 3)
    daemon.stop()
    daemon.start()
    receiver.never_told("firing", settled, 3)
    assert not receiver.told("resolved"), receiver.summary()
    case.step("not repeated, not over a restart, and not resolved by it")

    server.close()
    closed = time.monotonic()
    resolved = receiver.wait_told("resolved", alertname=OWN, port=str(port), seconds=SECONDS)[2]
    fired = receiver.told("firing", alertname=OWN, port=str(port))[0][2]
    assert resolved["fingerprint"] == fired["fingerprint"], (resolved, fired)
    assert resolved["startsAt"] == fired["startsAt"] < resolved["endsAt"], (resolved, fired)
    case.step(f"told as resolved {time.monotonic() - closed:.2f} s after it was closed")
    assert not receiver.told("resolved", alertname=KEPT), "keep_firing_for did not hold"


def check_restart_after_the_end(case, daemon, receiver):
    """What ends while nobody watches is told afterwards."""
    port = free_ports()
    server = listen(case, port)
    receiver.wait_told("firing", alertname=OWN, port=str(port), seconds=SECONDS)
    daemon.kill()
    server.close()
    daemon.start()
    receiver.wait_told("resolved", alertname=OWN, port=str(port), seconds=SECONDS)
    case.step("closed while clawvigil was dead: told as resolved afterwards")


def check_kill(case, daemon, receiver, delay):
    port = str(free_ports())
    listen(case, int(port))
    time.sleep(delay)
    daemon.kill()
    before = len(receiver.told("firing", alertname=UNEXPECTED, port=port))
    daemon.start()
    told = []
    end = time.monotonic() + SECONDS
    while not told and time.monotonic() < end:
        told = receiver.told("firing", alertname=UNEXPECTED, port=port)
        time.sleep(0.05)
    assert told, f"killed {delay:.2f} s after the socket was opened: never told"
    return port, before


def check_kills(case, daemon, receiver):
    """At least once, and whoever counts by the keys counts once."""
    rng = random.Random(SEED)
    first = time.monotonic()
    ports = [check_kill(case, daemon, receiver, rng.uniform(0, MOST_DELAY)) for _ in range(KILLS)]
    time.sleep(3)
    repeated = 0
    for port, _ in ports:
        told = receiver.told("firing", alertname=UNEXPECTED, port=port)
        repeated += len(told) - 1
        assert len({headers["Idempotency-Key"] for headers, _, _ in told}) == 1, f"{port}: {told}"
        assert len({alert["fingerprint"] for _, _, alert in told}) == 1, f"{port}: {told}"
        assert len({alert["startsAt"] for _, _, alert in told}) == 1, f"{port}: {told}"
        assert len({message["groupKey"] for _, message, _ in told}) == 1, f"{port}: {told}"
    lies = receiver.told("resolved", since=first)
    assert not lies, f"open, but told as resolved: {[alert['labels'] for _, _, alert in lies]}"
    early = sum(before for _, before in ports)
    case.step(f"{KILLS} kills: all told ({early} before), {repeated} a second time with its key")


def check(case):
    make_network()
    receiver = Receiver(case)
    daemon = Told(case, Home(case, free_ports()), [webhook("hook", receiver.url)])
    daemon.start()
    check_open_and_closed(case, daemon, receiver)
    check_restart_after_the_end(case, daemon, receiver)
    check_kills(case, daemon, receiver)


if __name__ == "__main__":
    run(check, own_network=True, programs=())
