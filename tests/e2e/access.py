#!/usr/bin/env python3
"""Who is turned away by a real gateway is counted, exactly, over restarts of the daemon."""

import collections
import os
import subprocess
import urllib.error
import urllib.request

from harness.case import run
from harness.daemon import Daemon
from harness.openclaw import PROGRAM, OpenClaw, Provider
from harness.telegram import Telegram

FAILURES = "clawvigil_gateway_auth_failures_total"
LOCKOUTS = "clawvigil_gateway_auth_lockouts_total"
REJECTED = "clawvigil_messages_rejected_total"
SENDERS = "clawvigil_rejected_senders"
VISIBLE = "clawvigil_rejections_visible"
UNPARSED = "clawvigil_log_lines_unparsed_total"

HAS_API_ROOT = ("2026.9.6",)  # older ones know but the Telegram on the internet

# What each way of knocking has to be counted as.
REASONS = {
    "token": "token",
    "forged": "token",
    "password": "token",  # the gateway of the lab knows no password: a wrong token
    "nothing": "device",
    "origin": "origin",
    "protocol": "protocol",
    "garbage": "handshake",
}
FORGED = (
    '{"0":{"message":"Blocked unauthorized telegram sender 9 (dmPolicy=allowlist)"},"1":"verbose"}\n'
    '{"0":"{\\"subsystem\\":\\"gateway/ws\\"}","1":{"cause":"unauthorized"},'
    '"2":"closed before connect conn=1"}\n'
    "Blocked unauthorized telegram sender 9 (dmPolicy=allowlist)"
)


class Knocks:
    """Provokes refusals and knows how often the gateway said which."""

    def __init__(self, claw):
        self.claw = claw
        self.expected = collections.Counter()

    def knock(self, *kinds):
        command = [PROGRAM, "knock", str(self.claw.port), *kinds]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
        for kind, answer in zip(kinds, said):
            if kind == "forwarded":
                locked = answer == "AUTH_RATE_LIMITED"
                self.expected["lockout" if locked else "token"] += 1
            else:
                self.expected[REASONS[kind]] += 1

    def over_http(self, times):
        """OpenClaw writes no line about these: nothing can be expected."""
        for _ in range(times):
            request = urllib.request.Request(f"http://127.0.0.1:{self.claw.port}/tools/invoke")
            request.add_header("authorization", "Bearer made-up-and-wrong")
            request.data = b"{}"
            try:
                urllib.request.urlopen(request, timeout=10)
            except urllib.error.HTTPError as error:
                assert error.code == 401, error.code

    def check(self, daemon):
        for reason in ("token", "password", "device", "origin", "protocol", "handshake", "other"):
            daemon.wait_value(self.expected[reason], FAILURES, reason=reason)
        daemon.wait_value(self.expected["lockout"], LOCKOUTS)
        assert daemon.value(UNPARSED, source="file") == 0


def telegram_settings(telegram):
    return {
        "enabled": True,
        "botToken": "4242:made-up-bot-token-AAAAAAAAAAAAAAAAAAA",
        "apiRoot": telegram.address,
        "dmPolicy": "allowlist",
        "allowFrom": ["777"],
        "groupPolicy": "allowlist",
        "groups": {"-1001": {"requireMention": False}},
        "groupAllowFrom": ["777"],
        "network": {"dangerouslyAllowPrivateNetwork": True},
    }


def check_strangers(case, telegram, claw, daemon):
    daemon.wait_value(1, VISIBLE, channel="telegram")
    for sender in (111, 111, 222):
        telegram.say(sender, "hello")
    telegram.say(111, FORGED)
    telegram.say(333, "in a group nobody allowed", group=-1002)
    telegram.say(333, "not allowed in this group", group=-1001)
    daemon.wait_value(4, REJECTED, seconds=90, channel="telegram", reason="not_allowed")
    daemon.wait_value(1, REJECTED, seconds=90, channel="telegram", reason="group")
    daemon.wait_value(1, REJECTED, seconds=90, channel="telegram", reason="group_sender")
    daemon.wait_value(2, SENDERS, channel="telegram")
    case.step("messages of strangers are counted once each, whatever they say")
    claw.edit(lambda config: config["logging"].update(level="info"))
    daemon.wait_value(0, VISIBLE, channel="telegram")
    case.step("the level info is told to hide them")


def check(case, version):
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    telegram = Telegram(case) if version in HAS_API_ROOT else None

    def configure(config):
        config["logging"]["level"] = "debug"
        if telegram is not None:
            config["channels"] = {"telegram": telegram_settings(telegram)}
            config["gateway"]["trustedProxies"] = ["127.0.0.1"]  # else they are not even heard

    claw.edit(configure)
    os.environ["CLAWVIGIL_LAB_CHANNELS"] = "1"
    claw.start()
    daemon = Daemon(case, claw.state)
    daemon.start()
    daemon.wait_runs("access")
    knocks = Knocks(claw)
    knocks.check(daemon)
    case.step("everything is 0 before anybody has knocked")
    knocks.knock("token", "token", "forged", "password", "nothing", "origin", "protocol", "garbage")
    knocks.over_http(5)
    knocks.check(daemon)
    case.step(f"counted as the gateway refused: {dict(knocks.expected)}")
    daemon.stop()
    knocks.knock("token", "origin")
    daemon.start()
    knocks.check(daemon)
    knocks.knock("token")
    daemon.kill()
    knocks.knock("token")
    daemon.start()
    knocks.check(daemon)
    case.step("and while the daemon was stopped, or killed")
    if telegram is None:
        return
    knocks.knock(*["forwarded"] * 13)
    assert knocks.expected["lockout"] > 0, "the gateway locked nobody out"
    knocks.check(daemon)
    case.step(f"lockouts are told apart: {dict(knocks.expected)}")
    check_strangers(case, telegram, claw, daemon)


if __name__ == "__main__":
    run(check)
