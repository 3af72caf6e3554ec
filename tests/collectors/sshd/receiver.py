"""Writes each datagram that comes to a unix socket as one line of a file: receiver.py SOCKET FILE"""

import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver, open(sys.argv[2], "wb") as out:
    receiver.bind(sys.argv[1])
    while True:
        out.write(receiver.recv(65536).rstrip(b"\n\0") + b"\n")
        out.flush()
