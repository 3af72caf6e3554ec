#!/usr/bin/env python3
"""Ages of credentials in a real home: one exchange counts once, everything else changes nothing."""

import shutil
import time

from harness.case import run
from harness.daemon import Daemon, select
from harness.openclaw import OpenClaw, Provider
from harness.processes import wait_until

CREATED = "clawvigil_credential_created_timestamp_seconds"
EXPIRY = "clawvigil_credential_expiry_timestamp_seconds"
ROTATIONS = "clawvigil_credential_rotations_total"
PLAINTEXT = "clawvigil_plaintext_secrets"
DAY = 86400

GATEWAY = "labtoken-0123456789abcdef0123456789"  # lab/config.mjs
SECOND = "labtoken-MARKER-second-0123456789abcdef"
BOT = "4242:MARKER-bot-token-abcdefghijklmnopqrst"
STORED = "MARKER-stored-0123456789abcdef"


def setup_token(number):
    """What anthropic's `setup-token` prints has this beginning and length."""
    return f"sk-ant-oat01-MARKER-{number}-" + "0123456789abcdef" * 6


def own_roster(config):
    """2026.9 refuses to write a configuration with two agents and no owner."""
    config["agents"]["ownership"] = "explicit"
    config["agents"]["defaults"]["systemAgent"] = {"agentId": "main"}


def paste_token(claw, token):
    end = "\r" if claw.version.startswith("2026.3") else "\n"
    arguments = ["--provider", "anthropic", "--expires-in", "30d"]
    if not claw.version.startswith("2026.3"):
        arguments += ["--agent", "main"]
    claw.command("models", "auth", "paste-token", *arguments, text=token + end)


class Watcher:
    """A daemon; every reading is that of a restarted one, which has read everything anew."""

    def __init__(self, daemon):
        self.daemon, self.running = daemon, False

    def read(self):
        if self.running:
            self.daemon.stop()
        self.daemon.start()
        self.running = True
        wait_until("credentials are read", lambda: select(self.daemon.samples(), PLAINTEXT))
        return self.daemon.samples()

    def end(self):
        self.daemon.stop()
        self.running = False


def of_home(samples, name):
    """{credential: value} without the keys of the host and the user."""
    return {
        labels["credential"]: value
        for labels, value in select(samples, name)
        if not labels["credential"].startswith("ssh_")
    }


def expect_rotations(samples, **expected):
    seen = {key: value for key, value in of_home(samples, ROTATIONS).items() if value}
    assert seen == {key.replace("__", "/"): value for key, value in expected.items()}, seen


def check_first(case, claw, samples):
    created = of_home(samples, CREATED)
    wanted = {"gateway/token", "model/fakeai", "channel/telegram/default", "model/anthropic/manual"}
    if claw.version.startswith("2026.9"):
        wanted.add("store/LAB_KEY")
    assert set(created) == wanted, created
    began = time.time() - (time.monotonic() - case.started)
    assert all(began - 1 <= value <= time.time() for value in created.values()), created
    (labels, expiry), = select(samples, EXPIRY)
    assert labels["credential"] == "model/anthropic/manual", labels
    assert labels["refreshable"] == "false", labels
    assert abs(expiry - time.time() - 30 * DAY) < 600, expiry
    expect_rotations(samples)
    counted = {labels["location"]: value for labels, value in select(samples, PLAINTEXT)}
    audit = claw.json("secrets", "audit", "--json")
    found = [item for item in audit["findings"] if item["file"] == str(claw.config)]
    assert counted == {"config": len(found), "env": 0, "unit": 0}, (counted, found)
    return created


def check_changes(case, claw, watcher, first):
    claw.command("config", "set", "logging.level", "debug")
    samples = watcher.read()
    assert of_home(samples, CREATED) == first, (of_home(samples, CREATED), first)
    expect_rotations(samples)
    case.step("another setting changed, openclaw.json rewritten: nothing counted, no age changed")

    claw.command("config", "set", "gateway.auth.token", SECOND)
    samples = watcher.read()
    created = of_home(samples, CREATED)
    assert created.pop("gateway/token") > first["gateway/token"]
    assert created.items() <= first.items(), created
    expect_rotations(samples, gateway__token=1)
    case.step("gateway token exchanged: counted once, as old as the change")

    paste_token(claw, setup_token(2))
    samples = watcher.read()
    manual = "model/anthropic/manual"
    assert of_home(samples, CREATED)[manual] > first[manual]
    expect_rotations(samples, gateway__token=1, model__anthropic__manual=1)
    case.step("setup token exchanged: counted once")

    claw.command("config", "set", "gateway.auth.token", GATEWAY)
    samples = watcher.read()
    assert of_home(samples, CREATED)["gateway/token"] == first["gateway/token"]
    expect_rotations(samples, gateway__token=1, model__anthropic__manual=1)
    case.step("the first gateway token put back: not counted, old again")
    return of_home(samples, CREATED)


def check_move(case, claw, watcher, created):
    """From openclaw.json into .env, as OpenClaw's documentation has it."""

    def refer(config):
        config["channels"]["telegram"]["botToken"] = "${TELEGRAM_BOT_TOKEN}"

    (claw.state / ".env").write_text(f"TELEGRAM_BOT_TOKEN={BOT}\n")
    (claw.state / ".env").chmod(0o600)
    claw.edit(refer)
    samples = watcher.read()
    assert of_home(samples, CREATED) == created, (of_home(samples, CREATED), created)
    expect_rotations(samples, gateway__token=1, model__anthropic__manual=1)
    case.step("bot token moved to .env: nothing counted, no age changed")


def check_copy(case, claw, watcher, created):
    watcher.end()
    copy = case.directory / "copy" / ".openclaw"
    shutil.copytree(claw.state, copy, copy_function=shutil.copyfile)
    copy.chmod(0o700)
    other = Watcher(Daemon(case, copy))
    copied = of_home(other.read(), CREATED)
    other.end()
    assert copied == created, (copied, created)
    case.step("the directory copied: no age changed")


def check_nothing_leaks(case, watcher):
    text = watcher.daemon.page() + watcher.daemon.log.read_text(errors="replace")
    watcher.end()
    kept = b"".join(file.read_bytes() for file in watcher.daemon.storage.rglob("*"))
    for secret in ("MARKER", GATEWAY, "fake-key-0123456789abcdef"):
        assert secret not in text, f"{secret} is shown"
        assert secret.encode() not in kept, f"{secret} is kept"
    case.step("no secret in metrics, log or state")


def prepare(case, version):
    claw = OpenClaw(case, version, Provider(case, version))
    if version.startswith("2026.9"):
        claw.edit(own_roster)
        store = ("secrets", "store", "set", "LAB_KEY", "--kind", "secret", "--value-file", "-")
        claw.command(*store, text=STORED)
    claw.command("config", "set", "channels.telegram.botToken", BOT)
    paste_token(claw, setup_token(1))
    return claw, Watcher(Daemon(case, claw.state))


def check(case, version):
    claw, watcher = prepare(case, version)
    created = check_first(case, claw, watcher.read())
    case.step(f"{len(created)} credentials with the right names, ages and expiry")
    created = check_changes(case, claw, watcher, created)
    check_move(case, claw, watcher, created)
    check_nothing_leaks(case, watcher)
    watcher.read()
    check_copy(case, claw, watcher, created)


if __name__ == "__main__":
    run(check)
