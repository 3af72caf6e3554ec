#!/usr/bin/env python3
"""The newer OpenClaw takes over the home of the older one: no credential gets younger, or new."""

import contextlib

from harness.case import run
from harness.processes import http_get, wait_until
from keys import CREATED, expect_rotations, of_home, prepare


def start(claw):
    """Until it lives: with a channel that may not connect it is never ready."""
    claw.launch()
    url = f"http://127.0.0.1:{claw.port}/healthz"
    wait_until("the gateway lives", lambda: http_get(url), 180)


def pair(claw):
    """Any call pairs the command line as a device; a busy machine times it out."""
    with contextlib.suppress(AssertionError):
        claw.command("gateway", "call", "health", "--json")
    return (claw.state / "devices" / "paired.json").exists()


def has_device(watcher):
    return any(key.startswith("device/") for key in of_home(watcher.read(), CREATED))


def is_migrated(claw):
    profiles = list(claw.state.glob("agents/*/agent/auth-profiles.json"))
    return not profiles and not (claw.state / "devices" / "paired.json").exists()


def check(case, old, new):
    claw, watcher = prepare(case, old)
    start(claw)
    wait_until("a device is paired", lambda: pair(claw), 120)
    claw.stop()
    assert has_device(watcher)
    created = of_home(watcher.read(), CREATED)
    case.step(f"{old}: {sorted(created)}")

    claw.upgrade(new)
    # What the older one's `config set` wrote, the newer one refuses until this.
    claw.command("doctor", "--fix", "--non-interactive")
    start(claw)
    wait_until("all is migrated", lambda: is_migrated(claw), 120)
    samples = watcher.read()
    migrated = of_home(samples, CREATED)
    assert created.items() <= migrated.items(), (created, migrated)
    expect_rotations(samples)
    case.step(f"{new} has migrated all of it: same names, same ages, nothing counted")


if __name__ == "__main__":
    run(check)
