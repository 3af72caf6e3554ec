#!/usr/bin/env python3
"""A receiver that hangs, fails or redirects holds nobody up, and no secret is seen anywhere."""

import http.server
import json
import pathlib
import socket
import threading
import time

from harness.alerting import UNEXPECTED, Home, Receiver, Told, webhook
from harness.case import run
from harness.network import ADDRESS, make_network
from harness.processes import free_ports, http_get, wait_until

SECONDS = 5
TOKEN = "marker-7f3e-bearer-token-5b21"
PATH = "marker-91ac-secret-path-77d0"
MARKERS = (TOKEN, PATH)
FAILED = "clawvigil_notifications_failed_total"
DELIVERED = "clawvigil_notifications_total"


def answer_500(handler):
    handler.send_response(500)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def hang(handler):
    time.sleep(120)


def close_half_way(handler):
    handler.wfile.write(b"HTTP/1.1 20")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def garbage(handler):
    handler.wfile.write(bytes(range(256)) * 64)


def redirect_to(url):
    def answer(handler):
        handler.send_response(307)
        handler.send_header("Location", url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


class Elsewhere:
    """Where nothing may arrive, by whatever method."""

    def __init__(self, case):
        self.requests = []
        elsewhere = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                elsewhere.requests.append((self.command, self.path, dict(self.headers)))
                self.send_error(404)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        case.stack.callback(server.shutdown)


def secret_file(case, name, content):
    path = case.directory / name
    path.write_text(content + "\n")
    path.chmod(0o600)
    return str(path)


def command_lines():
    """Of every process; this one carries no marker."""
    lines = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" "))
        except OSError:
            continue
    return b"\n".join(lines)


def check_secrets(case, daemon, said):
    """Nowhere: not where the daemon speaks, not where it stores, not in the list of processes."""
    places = {
        "log": daemon.log.read_bytes(),
        "ps": command_lines(),
        "commands": said.encode(),
    }
    for path in ("metrics", "api/v1/alerts", "api/v1/rules", ""):
        text = http_get(f"http://{daemon.address}/{path}")
        assert text, f"/{path} is not served"
        places["/" + path] = text.encode()
    for file in daemon.storage.iterdir():
        if file.is_file():
            places[file.name] = file.read_bytes()
    assert "state.db" in places, sorted(places)
    for place, content in places.items():
        for marker in MARKERS:
            assert marker.encode() not in content, f"{marker} is in {place}"
    case.step(f"no secret in {', '.join(sorted(places))}")


def check_notify_test(case, daemon, good, delivered):
    said = daemon.command("notify", "test", delivered)
    assert "delivered" in said and delivered in said, said
    good.wait_told("firing", alertname="ClawvigilTest")
    failing = daemon.command("notify", "test", "fails", expected=1)
    assert "FAILED" in failing and "500" in failing, failing
    moved = daemon.command("notify", "test", "moved", expected=1)
    broken = daemon.command("notify", "test", "closes", expected=1)
    unknown = daemon.command("notify", "test", "fials", expected=2)
    assert "fails" in unknown, unknown
    case.step("notify test: delivered, failed (exit 1), and no such receiver (exit 2)")
    return said + failing + moved + broken + unknown


def check_notify_log(case, daemon):
    """What was told and what waits, while the daemon runs and without it."""
    def messages():
        return json.loads(daemon.command("notify", "log", "--json"))["messages"]

    def of(receiver, **wanted):
        return [m for m in messages() if m["receiver"] == receiver and wanted.items() <= m.items()]

    wait_until(
        "the log has what was delivered",
        lambda: of("good", kind="alert", outcome="delivered"),
        10,
    )
    told = of("good", kind="alert", outcome="delivered")[-1]
    assert {"alertname": UNEXPECTED, "event": "fired"} in told["alerts"], told
    assert told["ended"] >= told["made"] and told["next_try"] is None, told
    waiting = of("fails", outcome="waiting")[0]
    assert waiting["failed_tries"] >= 1 and "HTTP 500" in waiting["reason"], waiting
    assert waiting["next_try"] and waiting["ended"] is None, waiting
    tests = of("good", kind="test", outcome="delivered"), of("fails", kind="test", outcome="refused")
    assert len(tests[0]) == 1 and "HTTP 500" in tests[1][0]["reason"], tests
    text = daemon.command("notify", "log", "--limit=0")
    assert "delivered  good (webhook)" in text and "HTTP 500" in text, text
    page = http_get(f"http://{daemon.address}/")
    assert "What you were told" in page and "<b>good</b> alert: <a href" in page
    unknown = daemon.command("notify", "log", "fials", expected=2)
    assert "valid: closes, fails" in unknown, unknown
    case.step("notify log and the page say what was told, and what waits and why")
    return text + json.dumps(messages())


def check(case):
    make_network()
    good, elsewhere = Receiver(case), Elsewhere(case)
    bad = {
        "fails": Receiver(case, answer_500),
        "hangs": Receiver(case, hang),
        "closes": Receiver(case, close_half_way),
        "garbage": Receiver(case, garbage),
        "moved": Receiver(case, redirect_to(elsewhere.url)),
    }
    token = secret_file(case, "token", TOKEN)
    receivers = [
        webhook(name, receiver.url, **{"bearer-token-file": token})
        for name, receiver in bad.items()
    ]
    url = secret_file(case, "url", good.url + "/" + PATH)
    receivers.append(
        {"name": "good", "type": "webhook", "url-file": url, "bearer-token-file": token}
    )
    nobody = secret_file(case, "nobody", f"http://127.0.0.1:{free_ports()}/{PATH}")
    receivers.append({"name": "nobody", "type": "slack", "url-file": nobody})
    daemon = Told(case, Home(case, free_ports()), receivers)
    daemon.start()

    opened = time.monotonic()
    port = free_ports()
    case.stack.enter_context(socket.create_server((ADDRESS, port)))
    headers, _, _ = good.wait_told(
        "firing", alertname=UNEXPECTED, port=str(port), seconds=SECONDS
    )
    assert headers["Authorization"] == f"Bearer {TOKEN}", headers
    case.step(f"told {time.monotonic() - opened:.2f} s after the event, beside {len(bad) + 1} that fail")
    for name in (*bad, "nobody"):
        wait_until(
            lambda name=name: f"failure of {name} counted: {daemon.value(FAILED, receiver=name)}",
            lambda name=name: (daemon.value(FAILED, receiver=name) or 0) >= 1,
            45,
        )
        assert not daemon.value(DELIVERED, receiver=name), f"{name}: delivered?"
    assert daemon.value(FAILED, receiver="good") == 0
    assert daemon.value(DELIVERED, receiver="good") == 1
    assert not elsewhere.requests, f"a redirect was followed: {elsewhere.requests}"
    case.step("every failure is counted, no redirect is followed")

    said = check_notify_test(case, daemon, good, "good")
    said += check_notify_log(case, daemon)
    said += daemon.command("config", "check") + daemon.command("check", expected=None)
    check_secrets(case, daemon, said)
    again = time.monotonic()
    other = free_ports()
    case.stack.enter_context(socket.create_server((ADDRESS, other)))
    good.wait_told("firing", again, alertname=UNEXPECTED, port=str(other), seconds=SECONDS)
    before = time.monotonic()
    daemon.stop()
    alone = daemon.command("notify", "log", "good")
    assert alone.count("delivered") >= 3, alone
    case.step(f"told while others are retried; stopped in {time.monotonic() - before:.1f} s")
    for file in daemon.storage.iterdir():
        content = file.read_bytes() if file.is_file() else b""
        assert not any(m.encode() in content for m in MARKERS), f"a secret is in {file.name}"


if __name__ == "__main__":
    run(check, own_network=True, programs=())
