"""Weeks of an agent's life as OpenClaw records it, and what each moment of it cost.

A line of a transcript (OpenClaw 2026.3.13), shortened:

    {"type":"message","id":"8a","timestamp":"2026-11-22T08:00:20.000Z","message":{"role":"assistant",
     "provider":"anthropic","model":"claude-sonnet-4-5","usage":{"input":900,"output":300,
     "cacheRead":20000,"cacheWrite":0,"cost":{"total":0.0132}},"content":[…],"stopReason":"stop"}}
"""

import datetime
import json
import random
import uuid

DAY = datetime.timedelta(days=1)
HOURS = (8, 9, 10, 11, 13, 14, 15, 16, 20)
SONNET = ("anthropic", "claude-sonnet-4-5", 2.2)
OPUS = ("anthropic", "claude-opus-4-1", 3.0)
GEMINI = ("google", "gemini-2.5-pro", 1.6)


class Life:
    """`calls` holds (time, agent, provider, model, USD, {token type: tokens}, trigger, channel)."""

    def __init__(self, state, seed, busy=1.0):
        self.state, self.random, self.busy = state, random.Random(seed), busy
        self.now = datetime.datetime.now(datetime.timezone.utc)
        self.calls = []
        self.sessions = {}

    def live(self, days):
        for back in range(days, -1, -1):
            self.day((self.now - back * DAY).replace(hour=0, minute=0, second=0, microsecond=0))
        self.write_stores()

    def run_away(self):
        """The last 42 minutes: the same command again and again."""
        self.now = datetime.datetime.now(datetime.timezone.utc)
        begin = self.now - datetime.timedelta(minutes=42)
        self.session("main", "agent:main:telegram:direct:7", begin, 210, OPUS, "fix the build",
                     step=12, same=True)  # fmt: skip
        self.write_stores()

    def write_stores(self):
        for agent, sessions in self.sessions.items():
            store = self.state / "agents" / agent / "sessions" / "sessions.json"
            store.write_text(json.dumps(sessions))

    def day(self, midnight):
        weekend = midnight.weekday() >= 5
        rounds = self.random.randint(1, 3) if weekend else self.random.randint(5, 9)
        for _ in range(round(rounds * self.busy)):
            begin = midnight + datetime.timedelta(
                hours=self.random.choice(HOURS), minutes=self.random.randint(0, 59)
            )
            self.session("main", f"agent:main:telegram:direct:{len(self.calls)}", begin,
                         self.random.randint(3, 18), SONNET, "Please look at the invoices")  # fmt: skip
        self.session("main", f"agent:main:cron:nightly-{len(self.calls)}", midnight + datetime.timedelta(hours=6), 7,
                     SONNET, "[cron:abc nightly] summarise the mail")  # fmt: skip
        if not weekend:
            self.session("research", f"agent:research:discord:channel:{len(self.calls)}",
                         midnight + datetime.timedelta(hours=12), self.random.randint(4, 12),
                         GEMINI, "What is new in the field?")  # fmt: skip

    def session(self, agent, key, begin, turns, model, prompt, step=20, same=False):
        if begin > self.now:
            return
        provider, name, price = model
        identifier = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        moment = begin
        lines = [{"type": "session", "version": 3, "id": identifier, "timestamp": iso(moment),
                  "cwd": "/home/claw"}]  # fmt: skip
        lines.append(self.message(moment, {"role": "user", "content": [{"type": "text", "text": prompt}]}))
        for turn in range(turns):
            moment += datetime.timedelta(seconds=step)
            if moment > self.now:
                break
            used = {"input": self.random.randint(200, 3000), "output": self.random.randint(50, 900),
                    "cacheRead": self.random.randint(5000, 60000), "cacheWrite": 0}  # fmt: skip
            cost = price * (used["input"] * 3 + used["output"] * 15 + used["cacheRead"] * 0.3) / 1e6
            command = "make" if same else f"ls {turn}"
            lines.append(self.message(moment, {
                "role": "assistant", "api": "x", "provider": provider, "model": name,
                "content": [{"type": "toolCall", "id": f"c{turn}", "name": "exec",
                             "arguments": {"command": command}}],
                "usage": {**used, "totalTokens": sum(used.values()), "cost": {"total": cost}},
                "stopReason": "toolUse" if turn < turns - 1 else "stop",
            }))  # fmt: skip
            parts = key.split(":")
            trigger, channel = ("cron", "none") if "cron" in key else ("user", parts[2])
            self.calls.append((moment.timestamp(), agent, provider, name, cost, used, trigger, channel))
        directory = self.state / "agents" / agent / "sessions"
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{identifier}.jsonl"
        path.write_text("\n".join(map(json.dumps, lines)) + "\n")
        at = int(moment.timestamp() * 1000)
        self.sessions.setdefault(agent, {})[key] = {
            "sessionId": identifier, "sessionFile": str(path), "updatedAt": at}  # fmt: skip

    def message(self, moment, message):
        message["timestamp"] = int(moment.timestamp() * 1000)
        return {"type": "message", "id": f"{self.random.getrandbits(32):08x}", "parentId": None,
                "timestamp": iso(moment), "message": message}  # fmt: skip


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
