"""The days before: what clawvigil exports now, given a past.

Names and labels are those of the real page; a family that is shaped here and no longer exported is an
error, so that no picture shows a metric that is gone. The last value is always the real one. Cost and
tokens are those of the transcripts at that time, event counters grow by and by, a few values waver,
everything else was always as it is.
"""

import math
import random
import re
import statistics

LINE = re.compile(r"(\w+?)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
STEP = 240  # seconds; a sample is valid for 300
HOUR, DAY = 3600, 86400
LONG = re.compile(r"clawvigil_(rule_state|spend_|budget_|model_|trigger_|tool_call|repeated|token_vel|"
                  r"failed_calls|credential_|secret_|files_|plaintext|build_info|config_|git_|bootstrap)")  # fmt: skip


def parse(page):
    """[(family, labels, value)] and {family: type}."""
    samples, types = [], {}
    for line in page.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            types[name] = kind
        elif match := LINE.match(line):
            samples.append((match[1], dict(LABEL.findall(match[2] or "")), float(match[3])))
    return samples, types


class Past:
    def __init__(self, host, page, end, states):
        """`states` is {rule: [(hours before the end, state)]}, oldest first, before the real one."""
        self.samples, self.types = parse(page)
        self.host, self.end, self.states = host, end, states
        self.random = random.Random(host.name)
        self.calls = sorted(host.life.calls, key=lambda call: call[0])
        # Rules that were ok all the time are two thirds of all samples, and no panel shows a week of them.
        self.quiet = {labels["rule"] for name, labels, value in self.samples
                      if name == "clawvigil_rule_state" and value == 0 and labels["rule"] not in states}  # fmt: skip
        self.costs = [(call[0], call[4]) for call in self.calls]
        self.shapes = {
            "clawvigil_rule_state": self.rule_state,
            "clawvigil_spend_usd": self.spent,
            "clawvigil_spend_baseline_usd": self.baseline,
            "clawvigil_spend_anomaly_score": self.calm_before,
            "clawvigil_tool_call_chain_length": self.chain,
            "clawvigil_repeated_calls": self.calm_before,
            "clawvigil_token_velocity_peak": self.waver,
            "clawvigil_budget_spent_ratio": self.budget,
            "clawvigil_model_cost_usd_total": self.cost,
            "clawvigil_trigger_cost_usd_total": self.cost_by_trigger,
            "clawvigil_model_tokens_total": self.tokens,
            "clawvigil_model_requests_total": self.requests,
            "clawvigil_messages_rejected_total": self.burst,
            "clawvigil_gateway_auth_failures_total": self.burst,
            "clawvigil_ssh_auth_failures_total": self.weather,
            "clawvigil_fail2ban_bans_total": self.weather,
            "clawvigil_fail2ban_banned_current": self.waver,
            "clawvigil_cgroup_memory_bytes": self.waver,
            "clawvigil_cgroup_cpu_seconds_total": self.growth,
            "clawvigil_outbound_connections": self.connections,
            "clawvigil_outbound_connections_seen_total": self.growth,
            "clawvigil_gateway_probe_duration_seconds": self.waver,
            "process_resident_memory_bytes": self.waver,
            "clawvigil_collector_last_success_timestamp_seconds": self.running_clock,
        }

    def used(self):
        return self.shapes.keys() & self.types.keys()

    def write(self, out, target, days, until=0):
        """OpenMetrics of this host, from `days` ago to `until` seconds before the end."""
        by_family = {}
        for name, labels, value in self.samples:
            by_family.setdefault(name, []).append((labels, value))
        for name, series in by_family.items():
            kind = self.types.get(name, "gauge")
            begin = self.end - (days if LONG.match(name) else min(days, 1.1)) * DAY
            base = name.removesuffix("_total") if kind == "counter" else name
            text = [f"# TYPE {base} {kind if kind == 'counter' else 'gauge'}\n"]
            for labels, value in series:
                at = self.shapes.get(name, lambda labels, value: lambda t: value)(labels, value)
                short = name == "clawvigil_rule_state" and labels["rule"] in self.quiet
                whole = {**labels, **target}
                key = name + "{" + ",".join(f'{k}="{v}"' for k, v in whole.items()) + "}"
                moment = max(begin, self.end - 1.1 * DAY) if short else begin
                moment -= moment % STEP
                while moment <= self.end - until:
                    found = at(moment)
                    found = min(found, value) if kind == "counter" else found
                    text.append(f"{key} {float(found)!r} {moment:.0f}\n")
                    moment += STEP
            out.setdefault(base, [text[0]]).extend(text[1:])

    # What a family was at a time: each returns a function of it.

    def rule_state(self, labels, value):
        changes = self.states.get(labels["rule"], [])

        def at(t):
            state = changes[0][1] if changes else value
            for hours, after in changes:
                if t >= self.end - hours * HOUR:
                    state = after
            return value if not changes or t >= self.end - changes[-1][0] * HOUR else state

        return at

    def within(self, t, seconds):
        return sum(cost for when, cost in self.costs if t - seconds < when <= t)

    def spent(self, labels, value):
        seconds = {"1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY}[labels["window"]]
        return lambda t: self.within(t, seconds)

    def baseline(self, labels, value):
        seconds = {"15m": 900, "1h": HOUR, "24h": DAY}.get(labels["window"], HOUR)
        known = {}

        def usual(t):
            slot = int(t // 900)
            if slot not in known:
                past = [self.within(slot * 900 - day * DAY + shift, seconds)
                        for day in (1, 2, 3, 4, 7, 14, 21) for shift in (-1800, 0, 1800)]  # fmt: skip
                known[slot] = statistics.mean(past), max(past)
            return known[slot]

        if labels["bound"] == "record":
            return lambda t: value
        wide = labels["bound"] == "high"
        ends = usual(self.end)[0]

        def at(t):
            middle, top = usual(t)
            return middle if not wide else max(value - ends, 0.3) + 0.6 * top + middle

        return at

    def calm_before(self, labels, value):
        begin = self.end - 45 * 60

        def at(t):
            calm = max(0.0, 0.25 + 0.2 * math.sin(t / 9000))
            return value * (t - begin) / (45 * 60) if t > begin else min(value, calm)

        return at

    def chain(self, labels, value):
        mine = [call[0] for call in self.calls if call[1] == labels["agent"]]

        def at(t):
            begin = self.end - 42 * 60
            if t > begin:
                return round(value * (t - begin) / (42 * 60))
            return min(18, sum(1 for when in mine if t - 900 < when <= t))

        return at

    def budget(self, labels, value):
        days = {"day": 1, "week": 7, "month": 30}.get(labels["period"], 1)
        share = lambda t: self.within(t, days * DAY)  # noqa: E731
        whole = share(self.end) or 1
        return lambda t: value * share(t) / whole

    def counted(self, value, matches, amount):
        """A counter that ends at `value`: less what was counted after t."""
        later = [(call[0], amount(call)) for call in self.calls if matches(call)]
        total = sum(one for _, one in later)
        return lambda t: max(0.0, value - total + sum(one for when, one in later if when <= t))

    def same_model(self, labels):
        return lambda call: (call[1], call[2], call[3]) == (
            labels["agent"], labels["provider"], labels["model"])  # fmt: skip

    def cost(self, labels, value):
        if value == 0:
            return lambda t: 0.0
        return self.counted(value, self.same_model(labels), lambda call: call[4])

    def cost_by_trigger(self, labels, value):
        wanted = labels["agent"], labels["trigger"], labels["channel"]
        return self.counted(value, lambda call: (call[1], call[6], call[7]) == wanted,
                            lambda call: call[4])  # fmt: skip

    def tokens(self, labels, value):
        kind = {"input": "input", "output": "output", "cache_read": "cacheRead",
                "cache_write": "cacheWrite"}[labels["token_type"]]  # fmt: skip
        return self.counted(value, self.same_model(labels), lambda call: call[5][kind])

    def requests(self, labels, value):
        return self.counted(value, self.same_model(labels), lambda call: 1)

    def events(self, value, moments):
        """A counter whose events happened at these times."""
        moments.sort()
        return lambda t: float(sum(1 for when in moments if when <= t))

    def weather(self, labels, value):
        """Now and then, all day."""
        return self.events(value, [self.end - self.random.random() * 1.05 * DAY
                                   for _ in range(int(value))])  # fmt: skip

    def burst(self, labels, value):
        """A few in the night, most within the last minutes."""
        return self.events(value, [
            self.end - (self.random.random() * 480 if number % 3 else self.random.random() * DAY)
            for number in range(int(value))])  # fmt: skip

    def growth(self, labels, value):
        """Busier at some hours than at others, never less."""
        rate = value / (2 * DAY)
        phase = self.random.random() * 6

        def at(t):
            back = self.end - t
            return max(0.0, value - rate * (back - 3000 * (math.sin(back / 6000 + phase) - math.sin(phase))))

        return at

    def waver(self, labels, value):
        phase = self.random.random() * 6

        def at(t):
            fade = min(1.0, (self.end - t) / HOUR)
            wave = 0.12 * math.sin(t / 7000 + phase) + 0.06 * math.sin(t / 1900 + 2 * phase)
            return value * (1 + fade * wave)

        return at

    def connections(self, labels, value):
        usual = {"public": 3, "loopback": 2}.get(labels["scope"], 0)
        return lambda t: max(0, round(usual + usual * math.sin(t / 5000) * 0.8)) if usual else value

    def running_clock(self, labels, value):
        return lambda t: t - 3
