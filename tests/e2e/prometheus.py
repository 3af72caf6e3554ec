#!/usr/bin/env python3
"""promtool finds nothing to object to on the page, and a real Prometheus scrapes and answers."""

import subprocess

from harness.case import run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider
from harness.processes import wait_until
from harness.prometheus import Prometheus

QUERIES = {
    'up{job="clawvigil"}': 1,
    "clawvigil_gateway_up": 1,
    "clawvigil_gateway_exposed": 0,
    'sum(clawvigil_model_tokens_total{token_type="output"})': 34,
    "sum(clawvigil_model_requests_total)": 1,
}


def check(case, version):
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    claw.start()
    daemon = Daemon(case, claw.state)
    daemon.start()
    claw.turn("main", "hello")
    prometheus = Prometheus(case, daemon.address)
    for expression, wanted in QUERIES.items():
        wait_until(
            lambda: f"{expression} is {wanted}, but {prometheus.query(expression)}",
            lambda: prometheus.query(expression) == wanted,
        )
    case.step("Prometheus scrapes and answers")

    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=daemon.page(), text=True, capture_output=True
    )
    assert checked.returncode == 0 and not checked.stderr, checked.stderr + checked.stdout
    case.step("promtool: clean")


if __name__ == "__main__":
    run(check)
