#!/usr/bin/env python3
"""What an owner may get wrong in openclaw.json, and repair again, under a running gateway."""

from harness.case import run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider

UNSAFE = "clawvigil_file_mode_unsafe"
DM_OPEN = "clawvigil_channel_dm_open"


def telegram(**settings):
    """The lab lets no channel connect, so the made-up token goes nowhere."""
    channel = {"enabled": True, "botToken": "4242:made-up-bot-token", **settings}

    def change(config):
        config["channels"] = {"telegram": channel}

    return change


def check_mistakes(case, claw, daemon):
    """(mode, settings of the channel) and what has to be said of them."""
    for mode, settings, unsafe, dm_open in (
        (0o644, {"dmPolicy": "open", "allowFrom": ["*"]}, 1, 1),
        (0o600, {"dmPolicy": "allowlist", "allowFrom": ["111"]}, 0, 0),
        (0o640, {"dmPolicy": "pairing", "allowFrom": ["111", "*"]}, 1, 1),
    ):
        claw.edit(telegram(**settings))
        claw.config.chmod(mode)
        daemon.wait_value(unsafe, UNSAFE, object="config")
        daemon.wait_value(dm_open, DM_OPEN, channel="telegram", account="default")
        case.step(f"openclaw.json {mode:o}: unsafe {unsafe}; {settings}: open {dm_open}")


def check_gateway(daemon):
    daemon.wait_value(1, "clawvigil_config_parse_ok")
    daemon.wait_value(1, "clawvigil_gateway_up")
    daemon.wait_value(1, "clawvigil_gateway_ready")
    daemon.wait_value(0, "clawvigil_gateway_unauthenticated_access")


def check(case, version):
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    claw.start()
    daemon = Daemon(case, claw.state)
    daemon.start()
    check_gateway(daemon)
    case.step("the gateway is up, ready and asks for credentials")
    check_mistakes(case, claw, daemon)
    claw.stop()
    daemon.wait_value(0, "clawvigil_gateway_up")
    case.step("the gateway stopped: not up")


if __name__ == "__main__":
    run(check)
