#!/usr/bin/env python3
"""Holds sockets open inside a made host: sockets.py UID tcp:ADDRESS:PORT…; with "http:…" in place of
tcp it answers like a gateway: health to anybody, everything else only to who has the token."""

import encodings.idna  # noqa: F401  (before the user changes: Python may lie in root's home)
import http.server
import os
import signal
import socket
import sys
import threading


class Gateway(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path in ("/healthz", "/readyz") else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_):
        pass


def main(uid, *wanted):
    held = []
    for one in wanted:
        kind, address, port = one.split(":")
        os.seteuid(0)
        if kind == "udp":
            held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            held[-1].bind((address, int(port)))
            continue
        os.seteuid(0 if int(port) < 1024 else int(uid))  # the owner of a socket is who made it
        if kind == "http":
            server = http.server.ThreadingHTTPServer((address, int(port)), Gateway)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        else:
            held.append(socket.create_server((address, int(port))))
    os.seteuid(0)
    os.setresuid(int(uid), int(uid), int(uid))
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
