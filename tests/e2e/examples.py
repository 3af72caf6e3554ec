#!/usr/bin/env python3
"""packaging/examples with the real programs: a clawvigil is scraped, the rules it exported are loaded,
and what is broken reaches phone, mailbox and webhook, by Prometheus and by VictoriaMetrics."""

import base64
import json
import pathlib
import shutil
import socketserver
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

from harness.alerting import Home, Receiver, Told
from harness.case import need_programs, run
from harness.processes import Process, free_ports, http_get, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "examples"))
from installed import Installed

CRITICAL, WARNING = "ChannelDmOpen", "UnsafeFileMode"
TOKEN = "123456:ABC"  # as the comment of alertmanager.yml has it
# htpasswd -nbBC 4 my-vps secret
SENDERS = 'basic_auth_users: {my-vps: "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"}\n'
SECRETS = {"webhook.token": "hook-token", "smtp.password": "mail-password", "remote-write.password": "secret"}
PROGRAMS = ("prometheus", "prometheus-alertmanager", "amtool", "victoria-metrics", "vmalert")
PATIENCE = 90


class Mailbox:
    """A mail server: takes one user's mails without TLS, which Alertmanager dares on loopback only."""

    def __init__(self, case):
        self.mails, self.credentials = [], []
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 mailbox")
                while line := self.rfile.readline().decode().strip():
                    word = line.split()[0].upper()
                    if word == "EHLO":
                        self.say("250-mailbox\r\n250 AUTH PLAIN")
                    elif word == "AUTH":
                        given = base64.b64decode(line.split()[-1]).decode()
                        mailbox.credentials.append(given.split("\0")[1:])
                        self.say("235 welcome")
                    elif word == "DATA":
                        self.say("354 go on")
                        lines = iter(self.rfile.readline, b".\r\n")
                        mailbox.mails.append(b"".join(lines).decode())
                        self.say("250 taken")
                    else:
                        self.say("221 bye" if word == "QUIT" else "250 well")

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.address = "127.0.0.1:%d" % server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        case.stack.callback(server.shutdown)

    def has(self, text):
        # Quoted-printable breaks lines.
        return any(text in mail.replace("=\r\n", "") for mail in self.mails)


class Phone(Receiver):
    """The Bot API, as far as Alertmanager needs it."""

    def __init__(self, case):
        self.paths = []
        super().__init__(case, self.reply)
        self.url = self.url.removesuffix("/hook")

    def reply(self, handler):
        self.paths.append(handler.path)
        message = {"message_id": 1, "date": 1, "text": "x", "chat": {"id": 1, "type": "private"}}
        text = json.dumps({"ok": True, "result": message}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def texts(self):
        return [message["text"] for _, _, message in list(self.messages)]


class Programs:
    """What the examples start, with their addresses in place of the usual ones, and once a second."""

    def __init__(self, case, daemon):
        self.case, self.daemon = case, daemon
        self.installed = Installed(case.directory / "installed")
        for name, secret in SECRETS.items():
            (self.installed.secrets / name).write_text(secret)
        self.addresses = {"127.0.0.1:9842": daemon.address}
        for usual in ("9090", "9093", "8428", "8880"):
            self.addresses[f"127.0.0.1:{usual}"] = f"127.0.0.1:{free_ports(1)}"

    def address(self, usual):
        return self.addresses[f"127.0.0.1:{usual}"]

    def changes(self, text, *more):
        """The pairs of which `text` has the first."""
        once_a_second = [
            ("scrape_interval: 15s", "scrape_interval: 1s"),
            ("evaluation_interval: 15s", "evaluation_interval: 1s"),
            ("group_wait: 30s", "group_wait: 1s"),
            ("group_wait: 10s", "group_wait: 1s"),
        ]
        usual = [*self.addresses.items(), *once_a_second]
        return [*((old, new) for old, new in usual if old in text), *more]

    def config(self, name, *more):
        text = (self.installed.examples / name).read_text()
        return self.installed.file(name, self.changes(text, *more))

    def start(self, arguments, ready):
        words = []
        for argument in arguments:
            for old, new in self.addresses.items():
                argument = argument.replace(old, new)
            words.append(argument)
        process = Process(words, self.case.directory / f"{words[0]}-{len(words)}.log")
        self.case.stack.callback(process.kill)
        wait_until(
            lambda: f"{words[0]} is ready:\n{process.tail()}",
            lambda: http_get(f"http://{ready}") is not None,
            PATIENCE,
        )
        return process

    def alertmanager(self, phone, mailbox, hook):
        changes = (
            ("chat_id: 123456789", f"chat_id: 123456789\n        api_url: {phone.url}"),
            ("smtp.example.org:587", f"{mailbox.address}\n  smtp_require_tls: false"),
            ("http://127.0.0.1:8080/alerts", hook.url),
        )
        text = (self.installed.examples / "alertmanager.yml").read_text()
        config = self.installed.alertmanager(self.changes(text, *changes))
        return self.start_alertmanager(config)

    def start_alertmanager(self, config):
        """One that has been told nothing yet."""
        storage = tempfile.mkdtemp(prefix="alertmanager-", dir=self.case.directory)
        arguments = [
            "prometheus-alertmanager",
            f"--config.file={config}",
            f"--storage.path={storage}",
            "--web.listen-address=127.0.0.1:9093",  # ARGS of the comment
            "--cluster.listen-address=",
        ]
        return config, self.start(arguments, f"{self.address(9093)}/-/ready")

    def prometheus(self):
        arguments = [
            "prometheus",
            f"--config.file={self.config('prometheus.yml')}",
            f"--storage.tsdb.path={self.case.directory}/tsdb",
            "--web.listen-address=127.0.0.1:9090",
        ]
        return self.start(arguments, f"{self.address(9090)}/-/ready")

    def victoria_metrics(self):
        self.config("victoria-metrics/scrape.yml")
        self.config("victoria-metrics/victoria-metrics.default",
                    ("/var/lib/victoria-metrics", f"{self.case.directory}/victoria"))  # fmt: skip
        started = self.start(
            self.installed.victoria_metrics_command(), f"{self.address(8428)}/health"
        )
        self.installed.rules_for_vmalert()
        command = self.installed.vmalert_command()
        command.remove("-evaluationInterval=15s")
        # What has just been scraped is asked for, which it is not by default.
        command += ["-evaluationInterval=1s", "-datasource.queryStep=1s"]
        self.start(command, f"{self.address(8880)}/health")
        return started

    def receiver(self):
        """Address of a Prometheus that takes samples, from who knows the password."""
        web, empty = self.case.directory / "web.yml", self.case.directory / "empty.yml"
        web.write_text(SENDERS)
        empty.write_text("global: {}\n")
        address = f"127.0.0.1:{free_ports(1)}"
        arguments = [
            "prometheus",
            f"--config.file={empty}",
            f"--web.config.file={web}",
            f"--storage.tsdb.path={self.case.directory}/received",
            f"--web.listen-address={address}",
            "--web.enable-remote-write-receiver",
        ]
        log = self.case.directory / "receiver.log"
        self.case.stack.callback(Process(arguments, log).kill)
        return address

    def agent(self, receiver):
        config = self.config(
            "prometheus-agent.yml", ("https://prometheus.example.org", f"http://{receiver}")
        )
        arguments = [
            "prometheus",
            f"--config.file={config}",
            "--enable-feature=agent",  # ARGS of the comment
            "--web.listen-address=127.0.0.1:9090",
            f"--storage.agent.path={self.case.directory}/agent",
        ]
        return self.start(arguments, f"{self.address(9090)}/-/ready")


def received(receiver, expression):
    """Values by instance."""
    query = urllib.parse.urlencode({"query": expression})
    request = urllib.request.Request(f"http://{receiver}/api/v1/query?{query}")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"my-vps:secret").decode())
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            result = json.load(answer)["data"]["result"]
    except OSError:
        return {}
    return {one["metric"].get("instance"): float(one["value"][1]) for one in result}


def expect_told(case, how, phone, mailbox, hook):
    """The critical alert on the phone, the warning by mail, both at the webhook: their texts."""

    def told():
        return {
            "phone": any("🔴 my-vps: " in text and "telegram" in text for text in phone.texts()),
            "mail": mailbox.has("my-vps: 1 firing") and mailbox.has("chmod"),
            "webhook": hook.told("firing", alertname=CRITICAL)
            and hook.told("firing", alertname=WARNING),
        }

    wait_until(
        lambda: f"{how}: {told()}\n{phone.texts()}\n{mailbox.mails}\n{hook.summary()}",
        lambda: all(told().values()),
        PATIENCE,
        every=0.5,
    )
    assert phone.paths and set(phone.paths) == {f"/bot{TOKEN}/sendMessage"}, phone.paths
    assert ["clawvigil@example.org", SECRETS["smtp.password"]] in mailbox.credentials
    headers, _, alert = hook.told("firing", alertname=CRITICAL)[0]
    assert headers["Authorization"] == f"Bearer {SECRETS['webhook.token']}", headers
    assert alert["labels"]["instance"] == "my-vps" and alert["annotations"]["action"], alert
    assert not any("Watchdog" in text for text in (*phone.texts(), *mailbox.mails))
    case.step(f"{how}: {CRITICAL} on the phone, {WARNING} by mail, both at the webhook")
    texts = {
        name: hook.told("firing", alertname=name)[0][2]["annotations"] for name in (CRITICAL, WARNING)
    }
    for messages in (phone.messages, mailbox.mails, hook.messages):
        messages.clear()
    return texts


def check_agent(case, programs, daemon):
    receiver = programs.receiver()
    agent = programs.agent(receiver)
    wait_until(
        lambda: f"samples arrive:\n{agent.tail()}",
        lambda: received(receiver, 'up{job="clawvigil"}') == {"my-vps": 1},
        PATIENCE,
    )
    count = received(receiver, 'count by (instance) ({__name__=~"clawvigil_.+"})')["my-vps"]
    assert count > 200, count
    daemon.stop()
    wait_until(
        "up is 0 where the samples go",
        lambda: received(receiver, 'up{job="clawvigil"}') == {"my-vps": 0},
        PATIENCE,
    )
    case.step(f"agent mode: {count:.0f} series arrived, and that clawvigil ended")
    agent.stop()


def check(case):
    need_programs(*PROGRAMS)
    home = Home(case, free_ports())
    home.set_channels({"telegram": {"enabled": True, "dmPolicy": "open", "allowFrom": ["*"]}})
    home.config.chmod(0o644)
    # Prometheus tells, clawvigil names no receiver; the delay is the owner's, and exported.
    own = {"rules": {WARNING: {"for": "1s"}}}
    daemon = Told(case, home, [], alerts=own)
    super(Told, daemon).start()
    daemon.wait_runs("files", "channels")
    programs = Programs(case, daemon)
    shutil.rmtree(programs.installed.rules)
    daemon.command("rules", "export", str(programs.installed.rules))
    case.step("clawvigil runs, and has exported its rules")

    phone, mailbox, hook = Phone(case), Mailbox(case), Receiver(case)
    config, alertmanager = programs.alertmanager(phone, mailbox, hook)
    prometheus = programs.prometheus()
    texts = expect_told(case, "Prometheus", phone, mailbox, hook)
    prometheus.stop()

    alertmanager.stop()  # it repeats nothing within hours
    programs.start_alertmanager(config)
    programs.victoria_metrics()
    others = expect_told(case, "VictoriaMetrics and vmalert", phone, mailbox, hook)
    assert others == texts, f"vmalert writes {others}, Prometheus {texts}"
    check_agent(case, programs, daemon)


if __name__ == "__main__":
    run(check, programs=())
