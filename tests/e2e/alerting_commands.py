#!/usr/bin/env python3
"""What an owner types: check, silence, accept, rules. The running daemon follows."""

import json
import re
import shutil
import socket
import subprocess
import time

from harness.alerting import OWN, UNEXPECTED, Home, Receiver, Told, webhook
from harness.case import run
from harness.network import ADDRESS, make_network
from harness.processes import free_ports, http_get, wait_until

SECONDS = 8  # the state is looked at every 5 s when no rule changes
ENTRY = {
    "alertname", "area", "control", "severity", "state", "value", "labels", "summary",
    "description", "action", "reason", "since", "until",
}  # fmt: skip
STATES = {"ok", "pending", "broken", "unknown", "accepted", "silenced"}
OPEN_TELEGRAM = {"telegram": {"enabled": True, "dmPolicy": "open", "allowFrom": ["*"]}}
BROKEN_RULES = """\
groups:
  - name: own
    rules:
      - alert: Broken
        expr: rate(clawvigil_gateway_up[5m]
"""
LINE_COLUMN_CARET = re.compile(r"broken\.yml:5:44: .*expected.*\n.*\n +\^")


def check_document(document, areas=None):
    keys = {"version", "host", "time", "summary", "rules", "findings", "workspace"}
    assert set(document) == keys, sorted(document)
    assert document["version"] == 1, document["version"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["time"]), document["time"]
    assert document["host"] == socket.gethostname(), document["host"]
    assert set(document["summary"]) == STATES, document["summary"]
    counts = dict.fromkeys(STATES, 0)
    for rule in document["rules"]:
        assert set(rule) == ENTRY, sorted(rule)
        assert rule["state"] in STATES and rule["severity"] in ("critical", "warning", "info"), rule
        assert rule["value"] is None or isinstance(rule["value"], (int, float)), rule
        assert rule["state"] != "unknown" or rule["reason"], f"unknown without a reason: {rule}"
        assert rule["state"] != "broken" or rule["action"], f"nothing to do: {rule}"
        counts[rule["state"]] += 1
    assert counts == document["summary"], (counts, document["summary"])


def wait_state(daemon, alertname, state):
    """Until all that check says of the rule is this."""
    seen = []

    def arrived():
        seen.append(daemon.state_of(alertname))
        return seen[-1] == [state]

    wait_until(lambda: f"{alertname} is {state}, but {seen[-1]}", arrived, SECONDS)


def check_silence(case, daemon, receiver, port):
    told = daemon.command("silence", "add", f"alertname={UNEXPECTED}", "--for=1h", "--comment=mine")
    assert "silence 1" in told, told
    since = time.monotonic()
    case.stack.enter_context(socket.create_server((ADDRESS, port)))
    receiver.wait_told("firing", since, alertname=OWN, port=str(port))
    receiver.never_told("firing", since, 3, alertname=UNEXPECTED)
    wait_state(daemon, UNEXPECTED, "silenced")
    silenced = [r for r in daemon.check()["rules"] if r["alertname"] == UNEXPECTED]
    assert all(rule["since"] and rule["until"] for rule in silenced), silenced
    listed = daemon.command("silence", "list")
    assert UNEXPECTED in listed and "mine" in listed, listed
    case.step("silenced: not told, and check says silenced")

    daemon.command("silence", "expire", "1")
    receiver.wait_told("firing", since, SECONDS, alertname=UNEXPECTED, port=str(port))
    wait_state(daemon, UNEXPECTED, "broken")
    assert UNEXPECTED not in daemon.command("silence", "list")
    daemon.command("silence", "expire", "77", expected=None)
    daemon.command("silence", "add", "alertname", "--for=1h", expected=2)
    case.step("the silence is ended: told")


def check_accept_listener(case, daemon, receiver, port):
    since = time.monotonic()
    daemon.command("accept", "listener", f"tcp/{port}", "--comment=my proxy")
    for alertname in (OWN, UNEXPECTED):
        receiver.wait_told("resolved", since, SECONDS, alertname=alertname, port=str(port))
        wait_state(daemon, alertname, "ok")
    listed = daemon.command("accept", "list")
    assert f"tcp/{port}" in listed and "my proxy" in listed, listed
    case.step("the listener is accepted: told as resolved, and check says ok")

    removed = time.monotonic()
    daemon.command("accept", "remove", f"tcp/{port}")
    wait_state(daemon, UNEXPECTED, "broken")
    assert f"tcp/{port}" not in daemon.command("accept", "list")
    case.step(f"taken back: broken again after {time.monotonic() - removed:.1f} s")


def check_accept_finding(case, daemon):
    daemon.command("accept", "finding", UNEXPECTED, "--comment=known")
    wait_state(daemon, UNEXPECTED, "accepted")
    reasons = {r["reason"] for r in daemon.check()["rules"] if r["alertname"] == UNEXPECTED}
    assert any("known" in reason for reason in reasons), reasons
    number = re.search(rf"^(\S+) .*{UNEXPECTED}", daemon.command("accept", "list"), re.M)[1]
    daemon.command("accept", "remove", number)
    wait_state(daemon, UNEXPECTED, "broken")
    case.step("a finding is accepted and taken back")


def check_exit_codes(case, daemon, home):
    daemon.check("exposure", expected=1)
    # What spending is compared with is read after the transcripts, every 20 s.
    wait_until("spending is judged", lambda: daemon.check("spend")["summary"]["unknown"] == 0, 60)
    daemon.check("spend", expected=0)
    home.set_channels(OPEN_TELEGRAM)
    wait_until("ChannelDmOpen", lambda: "broken" in daemon.state_of("ChannelDmOpen"), 40)
    daemon.check("access", expected=2)
    check_document(daemon.check(expected=2))
    text = daemon.command("check", expected=2)
    for word in ("CRITICAL  1", "ChannelDmOpen", "Broken: 1 critical", "the running clawvigil"):
        assert word in text, f"{word} is missing:\n{text}"
    assert re.search(r"^ +openclaw config set channels.telegram.dmPolicy pairing$", text, re.M), text
    home.set_channels({})
    wait_until("mended", lambda: "broken" not in daemon.state_of("ChannelDmOpen"), 40)
    daemon.check("access", expected=3)  # what is new cannot be known without history
    daemon.command("check", "--area=nowhere", expected=2)
    case.step("exit codes 0, 1, 2, 3 as documented")


def check_explain(case, daemon):
    text = daemon.command("check", "--explain", "channeldmopen", expected=0)
    for word in ("ChannelDmOpen", "Repair", "accept finding ChannelDmOpen"):
        assert word in text, f"{word} is missing:\n{text}"
    said = daemon.command("check", "--explain=ChanelDmOpen", expected=2)
    assert "did you mean ChannelDmOpen?" in said, said
    daemon.command("check", "--json", "--sarif", expected=2)
    case.step("one rule is explained, a misspelt one guessed")


def check_alone(case, daemon):
    """One look without the daemon gives the same document, and the same of what is broken."""
    live = daemon.check()
    daemon.stop()
    alone = daemon.check(expected=None)
    check_document(alone)

    def broken(document):
        return sorted(r["alertname"] for r in document["rules"] if r["state"] == "broken")

    assert broken(alone) == broken(live), (broken(alone), broken(live))
    names = [sorted({r["alertname"] for r in d["rules"]}) for d in (alone, live)]
    assert names[0] == names[1], "not the same rules"
    assert "one look" in daemon.command("check", expected=1)
    case.step(f"without the daemon: the same is broken ({', '.join(broken(alone))})")


def check_rules(case, daemon):
    daemon.alerts["rules"] = {
        "BootstrapFileTooLong": {"threshold": "12345", "severity": "warning"},
        "GatewayFlapping": {"enabled": False},
    }
    daemon.configure()
    listed = daemon.command("rules", "list")
    changed = next(line for line in listed.splitlines() if "BootstrapFileTooLong" in line)
    assert "12345" in changed and "warning" in changed and "by you" in changed
    assert "switched off: GatewayFlapping" in listed, listed
    names = {rule["alertname"] for rule in json.loads(daemon.command("rules", "list", "--json"))}
    assert OWN in names and "GatewayFlapping" not in names, names

    target = case.directory / "exported"
    daemon.command("rules", "export", str(target))
    files = sorted(target.glob("*.yml"))
    text = "".join(file.read_text() for file in files)
    assert "12345" in text and OWN in text and "alert: GatewayFlapping" not in text
    daemon.command("rules", "check", *map(str, files))
    if shutil.which("promtool"):
        checked = subprocess.run(
            ["promtool", "check", "rules", *map(str, files)], capture_output=True, text=True
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr
    else:
        case.step("SKIPPED: promtool is not installed, the exported rules are not shown to it")
    case.step(f"{len(files)} files exported with the owner's changes")

    broken = case.directory / "broken.yml"
    broken.write_text(BROKEN_RULES)
    said = daemon.command("rules", "check", str(broken), expected=2)
    assert LINE_COLUMN_CARET.search(said), said
    case.step("a broken file: line, column and caret")
    daemon.alerts["rules"] = {}
    return broken


def check_broken_at_start_and_reload(case, daemon, broken):
    successful = "clawvigil_config_last_reload_successful"
    daemon.configure()
    daemon.start()
    before = [group["name"] for group in daemon.api("rules")["groups"]]
    daemon.own_rules.write_text(broken.read_text())
    daemon.reload()
    daemon.wait_value(0, successful)
    assert [group["name"] for group in daemon.api("rules")["groups"]] == before
    assert "own.yml:5:44" in daemon.log.read_text(), "the log does not name the place"
    case.step("broken rules at reload: the old ones stay, and the metric says so")

    daemon.stop()
    said = daemon.command("serve", expected=2)
    assert "own.yml:5:44" in said, said
    case.step("broken rules at start: exit 2 and the place")
    daemon.own_rules.write_text("groups: []\n")
    daemon.start()
    assert daemon.value(successful) == 1
    assert http_get(f"http://{daemon.address}/") is not None


def check(case):
    make_network()
    receiver = Receiver(case)
    home = Home(case, free_ports())
    daemon = Told(case, home, [webhook("hook", receiver.url)])
    daemon.start()
    check_document(daemon.check())
    port = free_ports()
    check_silence(case, daemon, receiver, port)
    check_accept_listener(case, daemon, receiver, port)
    check_accept_finding(case, daemon)
    check_exit_codes(case, daemon, home)
    check_explain(case, daemon)
    check_alone(case, daemon)
    check_broken_at_start_and_reload(case, daemon, check_rules(case, daemon))


if __name__ == "__main__":
    run(check, own_network=True, programs=())
