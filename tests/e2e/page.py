#!/usr/bin/env python3
"""The status page in a real Chromium, over a home whose agent and models are named to break it:
axe-core finds no violation, a phone shows all of it, nothing runs (browser/page.mjs)."""

import datetime
import json
import os
import pathlib
import random
import subprocess

from harness.alerting import Receiver, webhook
from harness.case import Skip, need_programs, run
from harness.daemon import Daemon
from harness.openclaw import lab_directory
from harness.processes import http_get, wait_until

MODULES = ["playwright-core@1.65.1", "axe-core@4.11.0"]
HOSTILE_MODEL = '"><img src=x onerror=alert(1)>'
HOSTILE_AGENT = "a<svg onload=alert(2)>"
DAY = datetime.timedelta(days=1)


def browser_modules():
    """Where Playwright and axe-core are; installed once, from npm."""
    place = lab_directory() / "browser"
    if not (place / "node_modules" / "axe-core").is_dir():
        place.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        installed = subprocess.run(
            [*command, "--prefix", place, *MODULES], capture_output=True, timeout=240
        )
        if installed.returncode != 0:
            raise Skip("npm does not install playwright-core and axe-core")
    return place


def transcript(model, agent, begin, turns, chance):
    """A session as OpenClaw 2026.3 writes it."""
    lines = [{"type": "session", "version": 3, "id": agent, "timestamp": stamp(begin)}]
    for turn in range(turns):
        time = begin + datetime.timedelta(minutes=turn)
        usage = {"input": chance.randint(500, 4000), "output": chance.randint(50, 900)}
        usage["cost"] = {"total": (usage["input"] * 3 + usage["output"] * 15) / 1e5}
        message = {"role": "assistant", "content": [], "provider": "anthropic", "model": model}
        message |= {"usage": usage, "stopReason": "stop", "timestamp": int(time.timestamp() * 1000)}
        identity = f"{int(time.timestamp()):x}{turn:02x}{chance.randint(0, 1 << 32):x}"
        lines.append(
            {"type": "message", "id": identity, "timestamp": stamp(time), "message": message}
        )
    return "".join(json.dumps(line) + "\n" for line in lines)


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def make_home(case):
    state = case.directory / "home" / ".openclaw"
    chance = random.Random(7)
    now = datetime.datetime.now(datetime.timezone.utc)
    for agent in ("main", HOSTILE_AGENT):
        sessions = state / "agents" / agent / "sessions"
        sessions.mkdir(parents=True)
        for day in range(40):
            model = "claude-sonnet-4-5" if day % 2 else HOSTILE_MODEL
            text = transcript(model, agent, now - DAY * (day + 0.2), chance.randint(2, 9), chance)
            (sessions / f"{day:08x}-0000-4000-8000-000000000000.jsonl").write_text(text)
    settings = {"gateway": {"port": 18789, "bind": "lan", "auth": {"mode": "none"}}}
    settings["channels"] = {"telegram": {"enabled": True, "dmPolicy": "open", "allowFrom": ["*"]}}
    (state / "openclaw.json").write_text(json.dumps(settings))
    state.chmod(0o755)
    return state


def check(case):
    need_programs("node", "chromium")
    modules = browser_modules()
    daemon = Daemon(case, make_home(case))
    receiver = Receiver(case)
    config = {"owner": {"time-zone": "Europe/Paris"}}
    config["notify"] = {"receivers": [webhook("phone", receiver.url)]}
    daemon.config.write_text(json.dumps(config))  # JSON is YAML
    daemon.start()
    url = f"http://{daemon.address}/"
    wait_until("the page shows what is broken and spent", lambda: shown(url), 90)
    case.step("the page is there")
    screenshots = pathlib.Path(os.environ.get("SCREENSHOTS") or case.directory)
    script = pathlib.Path(__file__).parent / "browser" / "page.mjs"
    looked = subprocess.run(
        ["node", script, url, screenshots, modules], text=True, capture_output=True, timeout=240
    )
    print(looked.stdout, looked.stderr, flush=True)
    assert looked.returncode == 0, "the page is not as it should be"
    case.step("Chromium: clean")


def shown(url):
    page = http_get(url) or ""
    page = page if isinstance(page, str) else page.decode()
    parts = ("<svg viewBox", "class=\"fix x\"", "&lt;svg", "What you were told", "Delivered</span>")
    return all(part in page for part in parts)


if __name__ == "__main__":
    run(check, programs=("npm", "node", "chromium"))
