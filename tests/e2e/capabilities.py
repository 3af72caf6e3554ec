#!/usr/bin/env python3
"""What clawvigil says an agent may do is what the agent does: a model that asks for a command, under
settings that let it, refuse it or only seem to."""

import json
import subprocess

from harness.case import run
from harness.daemon import Daemon, select
from harness.openclaw import PROGRAM, OpenClaw, Provider
from harness.processes import wait_until

# Settings of `tools`, by version, and whether the agent `main` runs a command under them.
SETTINGS = {
    "2026.3.13": (
        ({}, True),
        # Looks closed. The section grants the tool, and without a host nothing is checked.
        ({"profile": "messaging", "exec": {"security": "deny"}}, True),
        ({"profile": "messaging"}, False),
        ({"exec": {"host": "gateway", "security": "deny"}}, False),
        ({"exec": {"host": "sandbox", "security": "full"}}, False),
    ),
    "2026.9.6": (
        ({}, True),
        ({"profile": "messaging", "exec": {"security": "full"}}, False),
        ({"exec": {"security": "deny"}}, False),
        ({"exec": {"mode": "allowlist"}}, False),
        ({"deny": ["group:runtime"]}, False),
    ),
}


class Agent:
    def __init__(self, case, claw):
        self.claw, self.proof = claw, case.directory / "proof"
        self.log = claw.home / "openclaw.log"

    def reloads(self):
        return self.log.read_text(errors="replace").count("gateway/reload")

    def set_tools(self, tools):
        """The gateway has taken the settings over once it logs so."""
        before = self.reloads()
        self.claw.edit(lambda config: config.update(tools=tools))
        wait_until("the gateway reloads", lambda: self.reloads() > before, 60)

    def runs_a_command(self, session):
        self.proof.unlink(missing_ok=True)
        command = json.dumps({"command": f"touch {self.proof}"})
        self.claw.turn("main", f"[[tool exec {command}]]", session)
        return self.proof.exists()


def says_unchecked(daemon):
    """clawvigil's opinion: commands of the agent main run on this host and nobody is asked."""
    samples = daemon.samples()
    tool = select(samples, "clawvigil_exec_tool_enabled", agent="main")
    policy = select(samples, "clawvigil_exec_policy_info", agent="main")
    assert len(tool) == 1 and len(policy) == 1, (tool, policy)
    labels = policy[0][0]
    return (
        tool[0][1] == 1
        and labels["security"] == "full"
        and labels["ask"] != "always"
        and labels["host"] == "gateway"
    )


def check_approvals(case, claw, daemon):
    """The policies `openclaw approvals get` prints are those on the page."""
    command = [PROGRAM, "openclaw", claw.version, claw.home, "approvals", "get", "--json"]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    policies = {
        labels["agent"]: (labels["security"], labels["ask"])
        for labels, _ in select(daemon.samples(), "clawvigil_exec_policy_info")
    }
    for scope in answer["effectivePolicy"]["scopes"]:
        agent = scope["scopeLabel"].removeprefix("agent:")
        if agent in policies:
            effective = scope["security"]["effective"], scope["ask"]["effective"]
            assert policies[agent] == effective, (agent, policies, effective)
    case.step(f"openclaw approvals get says the same: {policies}")


def check(case, version):
    claw = OpenClaw(case, version, Provider(case, version))
    claw.edit(lambda config: config.update(meta={"lastTouchedVersion": version}))  # as onboarding
    claw.start()
    agent = Agent(case, claw)
    daemon = Daemon(case, claw.state)
    daemon.start()
    for number, (tools, expected) in enumerate(SETTINGS[version]):
        if number > 0:
            agent.set_tools(tools)
        daemon.wait_runs("capabilities")
        said, done = says_unchecked(daemon), agent.runs_a_command(f"turn{number}")
        assert said == done == expected, f"{tools}: said {said}, done {done}, expected {expected}"
        case.step(f"{json.dumps(tools)}: {'runs' if done else 'refused'}, as clawvigil says")
        if number == 3 and version != "2026.3.13":
            check_approvals(case, claw, daemon)


if __name__ == "__main__":
    run(check)
