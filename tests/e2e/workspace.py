#!/usr/bin/env python3
"""What an agent commits through its tool exec is counted by author, kind of file and program, told
as an alert and shown by `clawvigil check`, while nothing its repository configures is run."""

import json
import re
import subprocess

from harness.case import run
from harness.daemon import Daemon
from harness.openclaw import OpenClaw, Provider
from harness.processes import http_get, wait_until

COMMITS = "clawvigil_git_commits_total"
CHANGES = "clawvigil_git_sensitive_changes_total"
PROGRAMS = "clawvigil_git_executables_added_total"
WAIT = 60  # seconds; a run each thirty


class Agent:
    """Has the model ask for shell commands in the workspace."""

    def __init__(self, claw):
        self.claw, self.turns = claw, 0
        self.workspace = claw.state / "workspace"

    def does(self, *commands):
        self.turns += 1
        script = " && ".join([f"cd {self.workspace}", *commands])
        call = json.dumps({"command": script})
        self.claw.turn("main", f"[[tool exec {call}]]", f"turn{self.turns}")

    def git(self, *arguments):
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", self.workspace, *arguments],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()


def firing(daemon):
    alerts = json.loads(http_get(f"http://{daemon.address}/api/v1/alerts"))["data"]["alerts"]
    return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


def check_terminal(daemon, agent):
    command = [daemon.binary(), "check", "--area=agent", *daemon.places]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "LAST 24 HOURS" in done.stdout, done.stdout + done.stderr
    commit = agent.git("rev-parse", "HEAD~1")[:12]
    assert re.search(rf"instructions in \S+ workspace: commit {commit} SOUL.md", done.stdout), (
        done.stdout
    )


def check(case, version):
    claw = OpenClaw(case, version, Provider(case, version))
    claw.start()
    agent = Agent(claw)
    agent.workspace.mkdir(exist_ok=True)
    daemon = Daemon(case, claw.state)
    daemon.start()
    daemon.wait_runs("workspace")
    assert daemon.value(COMMITS, repo="workspace", author_class="agent") == 0

    canary = case.directory / "canary"
    agent.does(
        "git init -q .",
        "git config user.name Claw",
        "git config user.email claw@lab.example",
        f"git config core.fsmonitor 'touch {canary}'",
        "echo be kind > SOUL.md",
        "git add SOUL.md",
        "git commit -q -m one",
        f"rm -f {canary}",
    )
    assert agent.git("log", "--format=%ae") == "claw@lab.example", "the agent could not commit"
    canary.unlink(missing_ok=True)  # git above looked at the index
    daemon.wait_value(1, COMMITS, WAIT, repo="workspace", author_class="agent")
    seen = daemon.value(CHANGES, repo="workspace", file_class="instructions", author_class="agent")
    assert seen == 1, seen
    assert not canary.exists(), "a program of the repository was run"
    assert not firing(daemon) & {"GitUnknownAuthor", "GitSensitiveChange"}
    case.step("the agent commits its instructions: counted as its own, no alert")

    agent.does(
        "printf '#!/bin/sh\\n' > run.sh",
        "git add run.sh",
        "git -c user.email=else@lab.example commit -q -m two",
    )
    daemon.wait_value(1, COMMITS, WAIT, repo="workspace", author_class="unknown")
    assert daemon.value(PROGRAMS, repo="workspace", author_class="unknown") == 1
    wait_until("the alert", lambda: "GitUnknownAuthor" in firing(daemon), 20)
    case.step("a commit under another name and a script: alert and program")
    check_terminal(daemon, agent)
    case.step("clawvigil check --area agent shows commit and file")

    daemon.stop()
    daemon.start()
    daemon.wait_value(1, COMMITS, repo="workspace", author_class="unknown")
    case.step("counted once over a restart")


if __name__ == "__main__":
    run(check, programs=("npm", "curl", "git"))
