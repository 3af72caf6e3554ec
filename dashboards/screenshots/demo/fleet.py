"""Three hosts, as a person may have them: one on which a first look finds much, one in order, and one
that answers no more. A real Prometheus knows their last days."""

import json
import subprocess
import time
import urllib.parse
import urllib.request

from demo.history import DAY, Past
from demo.host import CLAW, FIXTURES, LIMITS, ROOT, Host
from demo.world import FIREWALL, OPEN, Program, Watched, wait_until
from source import rules

AWAY = 26 * 60  # seconds since claw-3 was last seen
KNOWN = 7.2  # days Prometheus has of each
EPISODES = {  # of claw-1: rule to [(hours ago, state)], oldest first; what follows is the real state
    "GatewayExposed": [(200, 0), (1.4, 3)],
    "UnexpectedListener": [(200, 0), (9.5, 3)],
    "CertificateExpiring": [(200, 0), (80, 3)],
    "FirewallInactive": [(200, 0), (17, 3), (16.2, 0)],
    "FirewallPortUnexpected": [(200, 0), (9.5, 2), (9.4, 3), (4, 0)],
    "TlsProbeFailed": [(200, 0), (13, 1), (12.2, 0)],
    "SpendAnomaly": [(200, 0), (0.6, 3)],
    "SpendHourHigh": [(200, 0), (0.5, 3)],
    "AgentLoop": [(200, 0), (0.6, 3)],
    "BudgetHalfSpent": [(200, 0), (40, 3)],
    "RetryStorm": [(200, 0), (52, 3), (51, 0)],
    "TokenAnomaly": [(200, 0), (75, 3), (73, 0)],
    "RejectedSenderBurst": [(200, 0), (0.1, 3)],
    "RejectedSendersManyDistinct": [(200, 0), (0.1, 3)],
    "GatewayAuthBruteForce": [(200, 0), (19, 3), (18.6, 0)],
    "CredentialTooOld": [(200, 0), (130, 3)],
    "SecretInWorkspace": [(200, 0), (29, 3)],
    "SecretInGitHistory": [(200, 0), (28, 3)],
    "ConfigEditedOutside": [(200, 0), (66, 3), (65, 0)],
    "BootstrapFileChanged": [(200, 0), (100, 3), (99, 0)],
    "BackupTooOld": [(200, 0), (29, 3)],
    "GatewayDown": [(200, 0), (21, 3), (20.6, 0)],
    "GatewayMemoryNearLimit": [(200, 0), (22, 2), (21.7, 3), (21, 0)],
    "RebootRequired": [(200, 0), (60, 3)],
    "SecurityUpdatesAvailable": [(200, 0), (15, 3)],
    "CollectorFailing": [(200, 0), (13, 3), (12.6, 0)],
}


class Fleet:
    def __init__(self, directory, stack, binary):
        self.directory, self.stack, self.binary = directory, stack, binary
        made = [Host(directory, "claw-1", True, 4), Host(directory, "claw-2", False, 11, 0.6),
                Host(directory, "claw-3", False, 23, 0.3)]  # fmt: skip
        self.captured = {
            "openclaw-audit": (FIXTURES / "audit" / "2026.9.6-suppressed.json").read_text(),
            "user-units": (LIMITS / "show-default").read_text(),
        }
        self.watched = []
        for number, host in enumerate(made):
            host.make()
            outside = "0.0.0.0" if host.troubled else "127.0.0.1"
            held = [(CLAW, [f"http:{outside}:18789"]), (0, ["tcp:0.0.0.0:22", "tcp:0.0.0.0:443"])]
            if host.troubled:
                held += [(113, ["tcp:0.0.0.0:5432"]), (0, ["udp:0.0.0.0:5353"])]
            one = Watched(self, host, binary, f"203.0.113.{10 + number}", held)
            one.firewall(OPEN if host.troubled else FIREWALL)
            one.probe(self.captured)
            one.start(list(rules.ALL))
            self.watched.append(one)

    def settle(self, minutes):
        """Until every collector has run and rules that look back this far are judged."""
        wait_until("all pages", lambda: all("clawvigil_build_info{" in one.page() for one in self.watched))
        wait_until("the whole history", lambda: all(
            "clawvigil_usage_history_complete 1" in one.page() for one in self.watched), 120)  # fmt: skip
        time.sleep(max(20.0, minutes * 60 - 60))
        for one in self.watched:
            one.probe(self.captured)
            one.host.disturb()
        time.sleep(45)

    def prometheus(self, port):
        """A Prometheus with the past of all hosts, which goes on scraping those that answer."""
        end = time.time()
        out, used = {}, set()
        for number, one in enumerate(self.watched):
            past = Past(one.host, one.page(), end, EPISODES if number == 0 else {})
            used |= past.used()
            away = AWAY if number == 2 else 0
            target = {"instance": one.host.name, "job": "clawvigil"}
            past.write(out, target, KNOWN, away)
            out.setdefault("up", ["# TYPE up gauge\n"]).extend(reach(target, end, away))
        forgotten = past.shapes.keys() - used
        if forgotten:
            raise SystemExit(f"not exported any more: {sorted(forgotten)}")
        self.back_fill(out)
        self.watched[2].daemon.end()
        return self.serve(port)

    def back_fill(self, out):
        text = self.directory / "history.om"
        with text.open("w") as file:
            for lines in out.values():
                file.writelines(lines)
            file.write("# EOF\n")
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                        "--max-block-duration=240h", text, self.directory / "tsdb"], check=True)  # fmt: skip
        text.unlink()

    def serve(self, port):
        files = [str(path) for path in sorted(rules.DIRECTORY.glob("*.yml"))
                 if not path.name.endswith(".test.yml")]  # fmt: skip
        targets = [{"targets": [f"127.0.0.1:{one.relay.port}"], "labels": {"instance": one.host.name}}
                   for one in self.watched]  # fmt: skip
        self.watched[2].relay.stop()
        config = self.directory / "prometheus.yml"
        config.write_text(json.dumps({
            "global": {"scrape_interval": "5s", "evaluation_interval": "15s"},
            "rule_files": files,
            "scrape_configs": [{"job_name": "clawvigil", "static_configs": targets}],
        }))  # fmt: skip
        self.url = f"http://127.0.0.1:{port}"
        Program(self, ["prometheus", f"--config.file={config}",
                       f"--storage.tsdb.path={self.directory / 'tsdb'}",
                       "--storage.tsdb.retention.time=1y", "--log.level=warn",
                       f"--web.listen-address=127.0.0.1:{port}"], self.directory / "prometheus.log")  # fmt: skip
        wait_until("Prometheus scrapes", lambda: self.ask("sum(up)") == 2.0)
        time.sleep(12)
        return self.url

    def ask(self, expression):
        """The value of the only series, or None."""
        query = urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/query?{query}", timeout=5) as answer:
                result = json.load(answer)["data"]["result"]
        except OSError:
            return None
        return float(result[0]["value"][1]) if len(result) == 1 else None


def reach(target, end, away):
    """Samples of up."""
    labels = ",".join(f'{key}="{value}"' for key, value in target.items())
    moment = end - KNOWN * DAY
    while moment < end:
        yield f"up{{{labels}}} {0 if moment > end - away else 1} {moment:.0f}\n"
        moment += 120


__all__ = ["ROOT", "Fleet"]
