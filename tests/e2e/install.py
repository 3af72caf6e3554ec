#!/usr/bin/env python3
"""Installs the versions of OpenClaw the other cases run, unless the cache has them."""

from harness.case import run
from harness.openclaw import install


def check(case, *versions):
    for version in versions:
        install(version)
        case.step(f"openclaw {version} is installed")


if __name__ == "__main__":
    run(check)
