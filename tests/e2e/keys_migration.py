#!/usr/bin/env python3
"""The newer OpenClaw takes over the home of the older one: no credential gets younger, or new."""

from harness.case import run
from harness.processes import wait_until
from keys import CREATED, expect_rotations, of_home, own_roster, prepare


def has_device(watcher):
    return any(key.startswith("device/") for key in of_home(watcher.read(), CREATED))


def check(case, old, new):
    claw, watcher = prepare(case, old)
    claw.start()
    claw.command("gateway", "call", "health", "--json")  # pairs the command line as a device
    wait_until("a device is paired", lambda: has_device(watcher), every=1)
    claw.stop()
    created = of_home(watcher.read(), CREATED)
    case.step(f"{old}: {sorted(created)}")

    claw.upgrade(new)
    claw.edit(own_roster)
    claw.start(seconds=180)
    assert not list(claw.state.glob("agents/*/agent/auth-profiles.json")), "nothing was migrated"
    assert not (claw.state / "devices" / "paired.json").exists(), "nothing was migrated"
    samples = watcher.read()
    migrated = of_home(samples, CREATED)
    assert created.items() <= migrated.items(), (created, migrated)
    expect_rotations(samples)
    case.step(f"{new} has migrated all of it: same names, same ages, nothing counted")


if __name__ == "__main__":
    run(check)
