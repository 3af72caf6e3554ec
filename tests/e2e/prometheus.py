#!/usr/bin/env python3
"""promtool finds nothing to object to on the page, and a real Prometheus scrapes and answers."""

import json
import subprocess
import urllib.parse

from harness.case import need_programs, run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider
from harness.processes import Process, free_ports, http_get, wait_until

CONFIG = """\
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: clawvigil
    static_configs:
      - targets: ["{address}"]
"""
QUERIES = {
    'up{job="clawvigil"}': 1,
    "clawvigil_gateway_up": 1,
    "clawvigil_gateway_exposed": 0,
    'sum(clawvigil_model_tokens_total{token_type="output"})': 34,
    "sum(clawvigil_model_requests_total)": 1,
}


def start_prometheus(case, address):
    port = free_ports(1)
    config = case.directory / "prometheus.yml"
    config.write_text(CONFIG.format(address=address))
    arguments = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={case.directory}/tsdb",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    process = Process(arguments, case.directory / "prometheus.log")
    case.stack.callback(process.stop)
    return f"http://127.0.0.1:{port}"


def query(prometheus, expression):
    """The value of the only series, or None."""
    url = f"{prometheus}/api/v1/query?query={urllib.parse.quote(expression)}"
    result = json.loads(http_get(url) or '{"data": {"result": []}}')["data"]["result"]
    return float(result[0]["value"][1]) if len(result) == 1 else None


def check(case, version):
    need_programs("prometheus", "promtool")
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    claw.start()
    daemon = Daemon(case, claw.state)
    daemon.start()
    claw.turn("main", "hello")
    prometheus = start_prometheus(case, daemon.address)
    for expression, wanted in QUERIES.items():
        wait_until(
            lambda: f"{expression} is {wanted}, but {query(prometheus, expression)}",
            lambda: query(prometheus, expression) == wanted,
        )
    case.step("Prometheus scrapes and answers")

    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=daemon.page(), text=True, capture_output=True
    )
    assert checked.returncode == 0 and not checked.stderr, checked.stderr + checked.stdout
    case.step("promtool: clean")


if __name__ == "__main__":
    run(check)
