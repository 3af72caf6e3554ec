"""Hosts, each in a network of its own with a real clawvigil, and a real Prometheus that scrapes them."""

import ctypes
import http.client
import http.server
import json
import os
import pathlib
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.request

from demo.host import CLAW, ROOT

PORT = 9842
BOOT = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
CLONE_NEWNET = 0x40000000
HERE = pathlib.Path(__file__).resolve().parent


class Program:
    def __init__(self, world, arguments, log):
        with open(log, "ab") as output:
            self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.DEVNULL,
                                            stdout=output, stderr=subprocess.STDOUT)  # fmt: skip
        world.stack.callback(self.end)

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Watched:
    """One host: its network, what listens there, and clawvigil."""

    def __init__(self, world, host, binary, address, sockets):
        self.host, self.world = host, world
        self.log = host.directory / "log"
        holder = Program(world, ["unshare", "--net", "sleep", "infinity"], self.log)
        self.pid = holder.process.pid
        wait_until("a network", lambda: namespace_of(self.pid) != namespace_of(os.getpid()))
        for command in ("link set lo up", "link add wan type veth peer name provider",
                        f"addr add {address}/24 dev wan", "link set wan up",
                        "link set provider up"):  # fmt: skip
            subprocess.run([*self.inside(), "ip", *command.split()], check=True)
        for uid, held in sockets:
            Program(world, [*self.inside(), sys.executable, HERE / "sockets.py", uid, *held], self.log)
        self.spool = host.directory / "spool"
        self.binary = binary
        self.config = host.directory / "clawvigil.yml"

    def inside(self):
        return ["nsenter", "-t", str(self.pid), "-n"]

    def firewall(self, rules):
        subprocess.run([*self.inside(), "nft", "-f", "-"], input=rules, text=True, check=True)

    def probe(self, captured):
        """Reads the firewall; `captured` is what other probes printed elsewhere: {name: output}."""
        self.spool.mkdir(mode=0o700, exist_ok=True)
        subprocess.run([*self.inside(), self.binary, "probe", "nftables", f"--probes.directory={self.spool}"],
                       check=True, capture_output=True)  # fmt: skip
        for probe, output in captured.items():
            path = self.spool / f"{probe}.json"
            path.write_text(json.dumps({
                "schema": 1, "probe": probe, "taken": int(time.time()) - 60, "boot": BOOT,
                "readings": [{"subject": "claw", "output": output}]}))  # fmt: skip
            path.chmod(0o600)

    def start(self, rules):
        self.config.write_text(json.dumps(self.host.configuration(rules)))
        storage = self.host.directory / "state"
        storage.mkdir(exist_ok=True)
        self.daemon = Program(self.world, [
            *self.inside(), self.binary, "serve", f"--config.file={self.config}",
            f"--web.listen-address=127.0.0.1:{PORT}", f"--storage.path={storage}",
            f"--probes.directory={self.spool}", f"--path.rootfs={self.host.root}",
            "--openclaw.home=/home/claw/.openclaw"], self.log)  # fmt: skip
        self.relay = Relay(self)
        self.world.stack.callback(self.relay.stop)

    def page(self):
        """What clawvigil exports, or "" while it does not answer."""
        try:
            return self.fetch_page()
        except (OSError, http.client.HTTPException):
            return ""

    def fetch_page(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.relay.port}/metrics", timeout=10) as answer:
            return answer.read().decode()


class Relay:
    """A port here that leads to clawvigil in the network of a host."""

    def __init__(self, watched):
        relay = self
        self.asked = queue.Queue()
        threading.Thread(target=self.connect_inside, args=(watched.pid,), daemon=True).start()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                try:
                    status, body, kind = relay.fetch(self.path)
                except OSError:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def connect_inside(self, pid):
        """A thread that belongs to the other network for good, and connects for the others."""
        with open(f"/proc/{pid}/ns/net") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        while True:
            answer = self.asked.get()
            try:
                answer.put(socket.create_connection(("127.0.0.1", PORT), timeout=10))
            except OSError as error:
                answer.put(error)

    def fetch(self, path):
        answer = queue.Queue()
        self.asked.put(answer)
        got = answer.get(timeout=15)
        if isinstance(got, OSError):
            raise got
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
        connection.sock = got
        connection.request("GET", path)
        reply = connection.getresponse()
        body = reply.read()
        kind = reply.getheader("Content-Type", "text/plain")
        connection.close()
        return reply.status, body, kind

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def namespace_of(pid):
    return os.readlink(f"/proc/{pid}/ns/net")


def wait_until(what, condition, seconds=60, every=0.2):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"not within {seconds} s: {what}")
        time.sleep(every)


FIREWALL = """\
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport { 22, 443 } accept
  }
}
"""
OPEN = FIREWALL.replace("22, 443", "22, 443, 5432")
__all__ = ["CLAW", "FIREWALL", "OPEN", "ROOT", "Program", "Watched", "wait_until"]
