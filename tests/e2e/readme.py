#!/usr/bin/env python3
"""README followed by a newcomer: its commands, line by line as they stand there, on a machine with a
fresh OpenClaw home, in a real systemd, up to a message on the phone; then those of docs/."""

import json
import pathlib
import re
import shutil
import subprocess
import time

from harness.case import need_programs, run
from harness.processes import Process, wait_until
from harness.systemd import Container
from harness.typed import follow, lines_of

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
CLAW_UID = 61351
CHAT, TOKEN = 123456789, "424242:lab-token"
PAGE = "http://127.0.0.1:9842/"
NOT_RUN = "git clone "  # it needs the network; the checkout is there

OWN_RULES = """\
groups:
  - name: own
    rules:
      - alert: Own
        expr: clawvigil_openclaw_homes == 0
        labels: {severity: warning}
        annotations: {summary: none, description: none, action: look}
"""

# What api.telegram.org has to answer; what it was asked goes to a file.
TELEGRAM = f"""
import http.server, json, ssl

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        with open("/run/telegram.log", "a") as log:
            log.write(json.dumps([self.path, body]) + "\\n")
        chat = {{"id": {CHAT}, "type": "private"}}
        message = {{"message_id": 1, "date": 1, "chat": chat, "text": "hello"}}
        result = [{{"update_id": 1, "message": message}}] if "getUpdates" in self.path else message
        text = json.dumps({{"ok": True, "result": result}}, separators=(",", ":")).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST

server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/opt/telegram.crt", "/opt/telegram.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


def commands(document):
    """The lines of the blocks without a language, which are commands."""
    text = (CHECKOUT / document).read_text()
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    lines = "".join(body for language, body in blocks if not language)
    return lines_of(lines)


def install_telegram(case, container):
    names = ["-addext", "subjectAltName=DNS:api.telegram.org"]
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=api.telegram.org"
    files = ["-keyout", case.directory / "t.key", "-out", case.directory / "t.crt"]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    key, certificate = (case.directory / name for name in ("t.key", "t.crt"))
    container.write("/opt/telegram.key", key.read_text())
    container.write("/opt/telegram.crt", certificate.read_text())
    container.write("/usr/local/share/ca-certificates/telegram.crt", certificate.read_text())
    container.write("/opt/telegram.py", TELEGRAM)
    container.write("/etc/hosts", "127.0.0.1 localhost clawvigil-e2e api.telegram.org\n")


def install_openclaw_home(container):
    """As it is after the first start of OpenClaw, and one turn of the agent."""
    container.add_user("claw", CLAW_UID)
    token = "f3a91c5e7720d48b6a0c19e2d5b84f7713c6"
    config = {"gateway": {"bind": "loopback", "auth": {"mode": "token", "token": token}}}
    state = "/home/claw/.openclaw"
    container.write(f"{state}/openclaw.json", json.dumps(config), 0o600, CLAW_UID)
    usage = {"input": 1000, "output": 100, "cacheRead": 0, "cacheWrite": 0, "totalTokens": 1100}
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    answer = {
        "role": "assistant",
        "content": [{"type": "text", "text": "hello"}],
        "provider": "anthropic",
        "model": "claude-sonnet-4-5",
        "usage": usage | {"cost": {"total": 0.0045}},
        "stopReason": "stop",
        "timestamp": int(time.time() * 1000),
    }
    session = "7a2f4c1e-0000-4000-8000-000000000001"
    records = [
        {"type": "session", "version": 3, "id": session, "timestamp": now, "cwd": "/home/claw"},
        {"type": "message", "id": "1", "parentId": None, "timestamp": now, "message": answer},
    ]
    text = "".join(json.dumps(record) + "\n" for record in records)
    sessions = f"{state}/agents/main/sessions"
    container.write(f"{sessions}/{session}.jsonl", text, 0o600, CLAW_UID)
    pathlib.Path(container.root, state.lstrip("/")).chmod(0o700)


def type_in(case, container, line, allowed=(0,)):
    """In the checkout; what asks for the token gets it."""
    return follow(case, container, CHECKOUT, line, TOKEN + "\n", allowed)


def start_quickstart(case, container):
    """In the foreground of a terminal of its own, until Ctrl-C. What is built already is not built
    again."""
    shell = ["bash", "-c", f"cd {CHECKOUT} && exec ./quickstart"]
    process = Process(container.command(*shell), case.directory / "quickstart.log")
    case.stack.callback(process.kill)
    wait_until(
        lambda: f"the page is served: {process.tail()}",
        lambda: "OpenClaw of" in container.run("curl", "-fs", PAGE, check=False),
        280,
        every=0.5,
    )
    case.step("$ ./quickstart: the page is served")
    return process


def check(case):
    need_programs("sudo", "cmake", "curl", "openssl", "systemd-nspawn", "nft")
    container = Container(case)
    container.bind(CHECKOUT, str(CHECKOUT))
    for place in ("etc/clawvigil", "var/lib/clawvigil", "var/lib/clawvigil-probes"):
        shutil.rmtree(pathlib.Path(container.root, place), ignore_errors=True)  # of this machine
    install_openclaw_home(container)
    install_telegram(case, container)
    container.start()
    container.run("update-ca-certificates")
    telegram = Process(container.command("python3", "/opt/telegram.py"), case.directory / "t.log")
    case.stack.callback(telegram.kill)

    lines = commands("README.md")
    assert len(lines) > 12, lines
    said, quickstart = {}, None
    for line in lines:
        if line.startswith(NOT_RUN):
            continue
        if line == "./quickstart":
            quickstart = start_quickstart(case, container)
            continue
        if "--install" in line:  # "Press Ctrl-C"
            assert quickstart.stop(), "./quickstart did not end"
        finding = re.search(r"\bcheck$", line) is not None and "config" not in line
        said[line] = type_in(case, container, line, range(4) if finding else (0,))

    spent = next(text for line, text in said.items() if line.endswith("clawvigil spend"))
    assert "1,100" in spent or "1.10k" in spent, spent
    state = container.show("clawvigil.service", "ActiveState", "User", "NRestarts")
    assert state == {"ActiveState": "active", "User": "clawvigil", "NRestarts": "0"}, state
    timers = container.run("systemctl", "list-timers", "--no-legend", "clawvigil-probe-*")
    assert len(timers.splitlines()) == 3, timers
    assert "OpenClaw of" in container.run("curl", "-fs", PAGE)
    asked = [json.loads(line) for line in container.run("cat", "/run/telegram.log").splitlines()]
    assert any(path == f"/bot{TOKEN}/sendMessage" and str(CHAT) in body for path, body in asked), asked
    case.step("the service runs, its timers too, and the test message is on the phone")

    number = [line for line in commands("docs/notify.md") if "getUpdates" in line]
    assert len(number) == 1, number
    assert f'"chat":{{"id":{CHAT}' in type_in(case, container, number[0])

    container.write("/etc/clawvigil/rules.yml", OWN_RULES)
    container.make_directory("/etc/prometheus")
    for line in commands("docs/commands.md"):
        type_in(case, container, line)
    for line in commands("docs/check.md"):
        type_in(case, container, line, range(4))

    container.run("sudo", "clawvigil", "probe", "nftables")
    wait_until(
        "the daemon reads what the probe left",
        lambda: "nftables" in container.run("curl", "-fs", f"{PAGE}metrics"),
        30,
    )
    verdict = type_in(case, container, "sudo clawvigil check", range(4))
    assert "as the running clawvigil sees it" in verdict, verdict
    log = container.run("journalctl", "-u", "clawvigil", "--no-pager", "-o", "cat")
    assert "level=error" not in log and TOKEN not in log, log


if __name__ == "__main__":
    run(check, programs=())
