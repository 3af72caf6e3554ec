#!/usr/bin/env python3
"""The comments of packaging/examples followed to the letter: their commands, typed in a real systemd
with Debian's own units of Prometheus, Alertmanager and VictoriaMetrics beside a clawvigil."""

import json
import os
import pathlib
import re
import shutil
import sys

from harness.case import need_programs, run
from harness.processes import wait_until
from harness.systemd import Container
from harness.typed import follow, lines_of

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "examples"))
from installed import EXAMPLES, RULES, TOKEN_FILE, TOKEN_INLINE, knows_token_files

CHECKOUT = EXAMPLES.parents[1]
PLACE = "/root/examples"
# They need the network, or a desktop.
NOT_TYPED = ("sudo apt install", "xdg-open", "(")
PROGRAMS = ("prometheus", "prometheus-alertmanager", "victoria-metrics", "vmalert", "sudo", "curl")
PATIENCE = 120  # Prometheus tells again of what Alertmanager missed after a minute


def commands(name):
    """Those of the comment a file opens with: what is indented, and joined over lines."""
    comment = re.match(r"(#.*\n)+", (EXAMPLES / name).read_text())[0]
    block = "".join(
        line.removeprefix("#").lstrip() + "\n"
        for line in comment.splitlines()
        if line.startswith("#   ")
    )
    return [line for line in lines_of(block) if not line.startswith(NOT_TYPED)]


def install(container, binary):
    """clawvigil as a package would bring it, and a copy of the examples."""
    root = pathlib.Path(container.root)
    shutil.rmtree(root / "var/lib/clawvigil", ignore_errors=True)  # of this machine
    shutil.copy(binary, root / "usr/bin/clawvigil")
    for source in RULES.glob("*.yml"):
        if not source.name.endswith(".test.yml"):
            container.write(f"/usr/share/clawvigil/rules/{source.name}", source.read_text())
    unit = (CHECKOUT / "packaging/clawvigil.service").read_text()
    container.write("/etc/systemd/system/clawvigil.service", unit)
    container.add_user("clawvigil", 61352, linger=False)
    shutil.copytree(EXAMPLES, root / PLACE.lstrip("/"))
    if not knows_token_files():  # as its comment says
        config = root / PLACE.lstrip("/") / "alertmanager.yml"
        text = config.read_text()
        config.write_text(TOKEN_FILE.sub(TOKEN_INLINE.search(text)[1], text))


def type_all(case, container, name):
    directory = f"{PLACE}/{pathlib.PurePath(name).parent}"
    typed = commands(name)
    assert len(typed) >= 3, typed
    said = []
    for line in typed:
        asks = re.search(r"^amtool --alertmanager.url=\S+:(\d+)|^curl \S+ http://\S+:(\d+)", line)
        if asks:  # a person types more slowly than a program starts
            port = asks[1] or asks[2]
            ready = ("bash", "-c", f"curl -s http://127.0.0.1:{port}/-/ready >&2; echo $?")
            wait_until(f"{port} is open", lambda: container.run(*ready) == "0\n", PATIENCE)
        said.append(follow(case, container, directory, line, "made-for-this-test\n"))
    return said


def answer(container, url):
    text = container.run("curl", "-fs", f"http://127.0.0.1:{url}", check=False)
    return json.loads(text) if text else {}


def wait_up(case, container, url, program):
    def up():
        data = answer(container, url).get("data", {})
        return [(t["labels"]["instance"], t["health"]) for t in data.get("activeTargets", [])]

    wait_until(lambda: f"{program} scrapes: {up()}", lambda: up() == [("my-vps", "up")], PATIENCE)
    case.step(f"{program} scrapes clawvigil as my-vps")


def listens_elsewhere(container):
    """What is open beyond loopback: the examples leave nothing so."""
    lines = container.run("ss", "-tlnH").splitlines()
    return [line for line in lines if not re.search(r"\s(127\.|\[::1\])\S*:\d+\s", line)]


def check(case):
    need_programs(*PROGRAMS)
    container = Container(case)
    install(container, os.environ["CLAWVIGIL_BINARY"])
    container.start()
    container.run("systemctl", "start", "clawvigil.service")

    type_all(case, container, "prometheus.yml")
    wait_up(case, container, "9090/api/v1/targets", "Prometheus")
    type_all(case, container, "alertmanager.yml")

    def known():
        return [alert["labels"]["alertname"] for alert in answer(container, "9093/api/v2/alerts")]

    wait_until(lambda: f"Prometheus tells: {known()}", lambda: "Watchdog" in known(), PATIENCE)
    assert "Test" in known(), known()
    case.step("Alertmanager has the alert made by hand, and Prometheus' Watchdog")
    container.run("systemctl", "stop", "prometheus")

    said = type_all(case, container, "victoria-metrics/vmalert.service")
    wait_up(case, container, "8428/api/v1/targets", "VictoriaMetrics")
    wait_until(
        lambda: f"vmalert says: {answer(container, '8880/api/v1/alerts')}, {said[-1]}",
        lambda: "Watchdog" in json.dumps(answer(container, "8880/api/v1/alerts")),
        PATIENCE,
    )
    states = container.show("vmalert.service", "ActiveState", "NRestarts")
    assert states == {"ActiveState": "active", "NRestarts": "0"}, states
    assert not listens_elsewhere(container), listens_elsewhere(container)
    case.step("vmalert judges; nothing listens beyond loopback")

    type_all(case, container, "prometheus-agent.yml")
    wait_up(case, container, "9090/api/v1/targets", "Prometheus in agent mode")


if __name__ == "__main__":
    run(check, programs=())
