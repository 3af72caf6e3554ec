#!/usr/bin/env python3
"""Why the model was called: a person at the CLI, over HTTP and by Telegram, a cron job, heartbeats,
hooks and a subagent, and what each used, equal to the books of the model's provider."""

import json
import os
import urllib.request

from harness import books
from harness.case import run
from harness.daemon import Daemon, select
from harness.openclaw import OpenClaw, Provider
from harness.processes import wait_until
from harness.telegram import Telegram

TOKENS = "clawvigil_trigger_tokens_total"
HOOK_TOKEN = "hooktoken-0123456789abcdef0123456789"
OWNER, GROUP = 777, -1001

# Each page of the provider is one of clawvigil's reasons. What carries no wish is a heartbeat: its
# prompt is OpenClaw's own.
PAGES = ("user/webchat", "user/telegram", "cron/none", "hook/none", "subagent/none")
HEARTBEAT = "heartbeat/none"


def settings(config, version, telegram):
    config["hooks"] = {"enabled": True, "token": HOOK_TOKEN}
    config["agents"]["defaults"]["heartbeat"] = {"every": "20s", "target": "none"}
    config["tools"] = {"profile": "full"}
    if version != "2026.3.13":  # a model that is offered the tools themselves, not a search for them
        config["tools"] |= {"toolSearch": {"enabled": False}, "codeMode": {"enabled": False}}
    config["channels"] = {
        "telegram": {
            "enabled": True,
            "botToken": "4242:made-up-bot-token-AAAAAAAAAAAAAAAAAAA",
            "dmPolicy": "allowlist",
            "allowFrom": [str(OWNER)],
            "groupPolicy": "allowlist",
            "groups": {str(GROUP): {"requireMention": False}},
            "groupAllowFrom": [str(OWNER)],
            **telegram.where(version),
        }
    }


def call_hook(claw, message):
    request = urllib.request.Request(f"http://127.0.0.1:{claw.port}/hooks/agent")
    request.add_header("authorization", f"Bearer {HOOK_TOKEN}")
    request.add_header("content-type", "application/json")
    request.data = json.dumps({"message": message, "name": "lab", "deliver": False}).encode()
    urllib.request.urlopen(request, timeout=20).read()


def wish(page, kind):
    """Tokens that are this page's alone, so that none can stand in for another."""
    number = PAGES.index(page) * 10 + kind
    return f"[[page {page}]] [[usage in={1000 + number} out={100 + number} cache={500 + number}]]"


def patiently(claw, *arguments):
    """The older gateway gives a command three seconds to greet it, which a busy machine may miss."""
    for attempt in range(5):
        try:
            return claw.command(*arguments)
        except AssertionError as error:
            if attempt == 4 or "gateway closed" not in str(error):
                raise


def provoke(claw, telegram):
    """One turn or more of each kind; the tool's task is the subagent's prompt."""
    claw.turn("main", f"over HTTP {wish('user/webchat', 1)}", "lab")
    patiently(claw, "agent", "--agent", "main", "--message", f"by CLI {wish('user/webchat', 2)}")
    loop = '[[tool exec {"command":"echo hello"}]]'
    claw.turn("main", f"twice {wish('user/webchat', 3)} {loop}", "lab")
    telegram.say(OWNER, f"privately {wish('user/telegram', 1)}")
    telegram.say(OWNER, f"in a group {wish('user/telegram', 2)}", group=GROUP)
    task = json.dumps({"task": f"look {wish('subagent/none', 1)}"})
    claw.turn("main", f"{wish('user/webchat', 4)} spawn [[tool sessions_spawn {task}]]", "main")
    call_hook(claw, f"from outside {wish('hook/none', 1)}")
    add = ["cron", "add", "--name", "job", "--at", "2s", "--session", "isolated", "--no-deliver"]
    patiently(claw, *add, "--message", f"a job {wish('cron/none', 1)}")


def of_provider(provider):
    """{reason: {token type: count}}"""
    expected = {}
    for page, sums in provider.pages().items():
        expected[page or HEARTBEAT] = {
            "input": sums["prompt"] - sums["cached"],
            "output": sums["completion"],
            "cache_read": sums["cached"],
        }
    return expected


def of_page(daemon):
    found = {}
    for labels, value in select(daemon.samples(), TOKENS):
        if value > 0:
            reason = found.setdefault(f"{labels['trigger']}/{labels['channel']}", {})
            kind = labels["token_type"]
            reason[kind] = reason.get(kind, 0) + value
    return found


def wait_equal(daemon, provider, seconds=60):
    seen = []

    def equal():
        expected = of_provider(provider)
        seen[:] = [of_page(daemon), expected]
        return seen[0] == expected and expected == of_provider(provider)

    wait_until(lambda: f"equal: clawvigil {seen[0]}\nhanded out {seen[1]}", equal, seconds)


def check(case, version):
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    telegram = Telegram(case)
    claw.edit(lambda config: settings(config, version, telegram))
    os.environ["CLAWVIGIL_LAB_CHANNELS"] = "1"
    claw.start()
    case.step("gateway ready")
    daemon = Daemon(case, claw.state)
    daemon.without_machine()
    daemon.start()
    provoke(claw, telegram)
    wanted = {*PAGES, ""}
    wait_until("a turn of every kind", lambda: wanted <= provider.pages().keys(), 120)
    case.step("a person, a channel, a job, a hook, a subagent and a heartbeat have called the model")
    wait_equal(daemon, provider)
    case.step("tokens by reason and channel: equal to what was handed out")

    claw.stop()
    books.wait_equal_and_stay(daemon, provider)
    wait_equal(daemon, provider)
    case.step("and by model, after the gateway's end")
    late = Daemon(case, claw.state, storage="late")
    late.without_machine()
    late.start()
    wait_equal(late, provider)
    case.step("a clawvigil that saw nothing of it: equal")


if __name__ == "__main__":
    run(check)
