"""A Telegram of this machine: what the Bot API has to answer for OpenClaw to receive messages.

OpenClaw since 2026.4 is told its address (apiRoot). Older ones know but the real one; they are told
of a proxy, and behind it finds itself this Telegram, with a certificate of its own making."""

import contextlib
import itertools
import json
import os
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOT = {"id": 4242, "is_bot": True, "first_name": "lab", "username": "lab_bot"}


class Telegram:
    """One bot. Messages wait until OpenClaw has asked for what comes after them."""

    def __init__(self, case):
        self.changed = threading.Condition()
        self.updates, self.numbers = [], itertools.count(1000)
        self.acknowledged = 0
        telegram = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                answer = telegram.answer(self.path.rsplit("/", 1)[-1], parse(body))
                text = json.dumps({"ok": True, "result": answer}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):  # the gateway ended meanwhile
                    self.wfile.write(text)

            do_GET = do_POST

            def do_CONNECT(self):
                self.send_response(200)
                self.end_headers()
                self.connection = telegram.tls.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb", buffering=0)
                self.close_connection = False

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.tls = self._own_certificate(case)
        self.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        case.stack.callback(server.shutdown)

    @staticmethod
    def _own_certificate(case):
        """What OpenClaw's next start takes for Telegram's."""
        key, certificate = case.directory / "telegram.key", case.directory / "telegram.crt"
        command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=api.telegram.org"
        names = ["-addext", "subjectAltName=DNS:api.telegram.org"]
        files = ["-keyout", key, "-out", certificate]
        subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
        os.environ["NODE_EXTRA_CA_CERTS"] = str(certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def where(self, version):
        """The settings of channels.telegram that lead here."""
        if version.startswith(("2026.1.", "2026.2.", "2026.3.")):
            return {"proxy": self.address}
        return {"apiRoot": self.address, "network": {"dangerouslyAllowPrivateNetwork": True}}

    def answer(self, method, parameters):
        if method == "getMe":
            return BOT
        if method == "getUpdates":
            return self._next(int(parameters.get("offset") or 0))
        if method == "getWebhookInfo":
            return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        if method == "getMyCommands":
            return []
        if method in ("sendMessage", "editMessageText"):
            chat = {"id": parameters.get("chat_id"), "type": "private"}
            return {"message_id": next(self.numbers), "date": int(time.time()), "chat": chat}
        return True

    def _next(self, offset):
        with self.changed:
            self.acknowledged = max(self.acknowledged, offset)
            self.changed.notify_all()
            waiting = [u for u in self.updates if u["update_id"] >= offset]
            if not waiting:
                self.changed.wait(2)
            return [u for u in self.updates if u["update_id"] >= offset]

    def say(self, sender, text, group=None):
        """A message of `sender`, in private or in a group."""
        user = {"id": sender, "is_bot": False, "first_name": "Mallory"}
        chat = {"id": sender, "type": "private", "first_name": "Mallory"}
        if group is not None:
            chat = {"id": group, "type": "supergroup", "title": "lab group"}
        with self.changed:
            number = next(self.numbers)
            message = {"message_id": number, "date": int(time.time()), "text": text}
            message |= {"from": user, "chat": chat}
            self.updates.append({"update_id": number, "message": message})
            self.changed.notify_all()


def parse(body):
    try:
        return json.loads(body or b"{}")
    except ValueError:
        return {}
