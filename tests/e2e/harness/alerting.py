"""What the alerting cases share: a home without a gateway, one who is told, and the commands."""

import http.server
import json
import os
import re
import signal
import subprocess
import threading
import time

from harness.daemon import Daemon
from harness.processes import http_get, wait_until

UNEXPECTED = "UnexpectedListener"
OWN = "OwnListener"
KEPT = "KeptListener"

# Rules of the owner: the same as UnexpectedListener, and one that keeps firing after the end.
OWN_RULES = """\
groups:
  - name: own
    rules:
      - alert: OwnListener
        expr: clawvigil_listening_socket_info{protocol="tcp", scope!="loopback", expected="false"} == 1
        labels: {severity: warning, area: exposure, control: X2}
        annotations:
          summary: TCP port {{ $labels.port }} is open
          description: TCP port {{ $labels.port }} is open, {{ $value }} instead of 0
          action: close it
          runbook_url: https://example.org/own
      - alert: KeptListener
        expr: clawvigil_listening_socket_info{protocol="tcp", scope!="loopback", expected="false"} == 1
        keep_firing_for: 5m
        labels: {severity: warning, area: exposure, control: X2}
        annotations: {summary: kept, description: kept, action: wait, runbook_url: "https://example.org"}
"""


class Home:
    """A sound state directory: no secret in openclaw.json, no commands. The gateway is not running."""

    def __init__(self, case, port):
        self.state = case.directory / "home" / ".openclaw"
        self.state.mkdir(mode=0o700, parents=True)
        self.config = self.state / "openclaw.json"
        secrets = self.state / "secrets.json"
        secrets.write_text(json.dumps({"gateway": "f3a91c5e7720d48b6a0c19e2d5b84f7713c6"}))
        secrets.chmod(0o600)
        token = {"source": "file", "provider": "home", "id": "/gateway"}
        self.content = {
            "gateway": {
                "port": port,
                "bind": "loopback",
                "auth": {"mode": "token", "token": token},
            },
            "secrets": {"providers": {"home": {"source": "file", "path": str(secrets)}}},
            "tools": {"deny": ["group:runtime"]},
            "channels": {},
        }
        self.write()
        self.config.chmod(0o600)

    def write(self):
        self.config.write_text(json.dumps(self.content, indent=2))

    def set_channels(self, channels):
        self.content["channels"] = channels
        self.write()


class Receiver:
    """Takes webhooks in Alertmanager's format. `answer(handler)` replies; by default with 200."""

    def __init__(self, case, answer=None):
        self.messages = []  # (monotonic time, headers, parsed body)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                message = (time.monotonic(), dict(self.headers), json.loads(body))
                receiver.messages.append(message)
                (answer or receiver.accept)(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # who is killed while sending leaves half a request

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        case.stack.callback(self.server.shutdown)

    @staticmethod
    def accept(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def told(self, status, since=0, **labels):
        """[(headers, message, alert)] of the alerts with this status and these labels, received
        after the monotonic time `since`."""
        return [
            (headers, message, alert)
            for when, headers, message in list(self.messages)
            if when >= since
            for alert in message["alerts"]
            if alert["status"] == status and labels.items() <= alert["labels"].items()
        ]

    def wait_told(self, status, since=0, seconds=5, **labels):
        """The only such alert."""
        found = wait_until(
            lambda: f"{labels} told as {status}, but {self.summary()}",
            lambda: self.told(status, since, **labels),
            seconds,
            every=0.05,
        )
        assert len(found) == 1, f"told {len(found)} times: {labels}"
        return found[0]

    def never_told(self, status, since, seconds, **labels):
        """Nothing of the kind until `seconds` from now."""
        time.sleep(seconds)
        found = self.told(status, since, **labels)
        assert not found, f"told as {status}: {[alert['labels'] for _, _, alert in found]}"

    def summary(self):
        return [
            (alert["status"], alert["labels"]["alertname"], alert["labels"].get("port"))
            for _, _, message in list(self.messages)
            for alert in message["alerts"]
        ]


NOT_RUN = re.compile(r"the collector \S+ has not run yet")


def webhook(name, url, **more):
    """A receiver of the configuration."""
    return {"name": name, "type": "webhook", "url": url, **more}


class Told(Daemon):
    """The daemon with rules of the owner and receivers."""

    def __init__(self, case, home, receivers, alerts=None, **more):
        super().__init__(case, home.state, **more)
        self.without_machine()
        self.own_rules = case.directory / "own.yml"
        self.own_rules.write_text(OWN_RULES)
        self.alerts = {"rule-files": [str(self.own_rules)], **(alerts or {})}
        self.receivers = receivers
        self.configure()

    def configure(self):
        """JSON is YAML."""
        self.config.write_text(
            json.dumps(
                {
                    "alerts": self.alerts,
                    "notify": {"max-per-hour": 1000, "receivers": self.receivers},
                },
                indent=1,
            )
        )

    def start(self):
        super().start()
        wait_until("all collectors have run and been judged", self._judges, 20)

    def _judges(self):
        rules = [rule for group in self.api("rules").get("groups", []) for rule in group["rules"]]
        reasons = [rule.get("lastError", "") for rule in rules]
        return rules and not any(NOT_RUN.fullmatch(reason) for reason in reasons)

    def reload(self):
        self.process.popen.send_signal(signal.SIGHUP)

    def api(self, path):
        return json.loads(http_get(f"http://{self.address}/api/v1/{path}") or "{}").get("data", {})

    def command(self, *words, expected=0):
        """What `clawvigil WORDS` prints on both streams together; it must exit with `expected`."""
        done = subprocess.run(
            [self.binary(), *words, *self.places],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "NO_COLOR": "1"},
        )
        if expected is not None:
            assert done.returncode == expected, (
                f"{words}: exit {done.returncode}, expected {expected}\n{done.stdout}{done.stderr}"
            )
        return done.stdout + done.stderr

    def check(self, area=None, expected=None):
        """The document of `check --json`."""
        words = ["check", "--json", *([f"--area={area}"] if area else [])]
        return json.loads(self.command(*words, expected=expected))

    def state_of(self, alertname, **labels):
        """States of the entries of a rule in `check --json`."""
        return sorted(
            rule["state"]
            for rule in self.check()["rules"]
            if rule["alertname"] == alertname and labels.items() <= rule["labels"].items()
        )
