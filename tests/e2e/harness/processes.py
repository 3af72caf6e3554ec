"""Processes a case starts, each ended by its id, and waiting for what they do."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request


class Process:
    """A program in its own session; its output goes to `log`. Ended with everything it started."""

    def __init__(self, arguments, log, **options):
        self.log = log
        with open(log, "ab") as output:
            self.popen = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **options,
            )

    def running(self):
        return self.popen.poll() is None

    def stop(self, seconds=30):
        """Asks it to end; False if it had to be killed."""
        if self.running():
            self.popen.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(seconds)
        in_time = not self.running()
        self.kill()
        return in_time

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def tail(self, lines=15):
        with open(self.log, errors="replace") as log:
            return "".join(log.readlines()[-lines:])


def wait_until(what, condition, seconds=60, every=0.1):
    """The first true value of `condition`; AssertionError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(every)


# Cases run side by side: each begins elsewhere, below the ports the kernel gives to clients.
ports = itertools.count(10000 + os.getpid() * 64 % 20000)


def is_free(port):
    for family, host in ((socket.AF_INET, ""), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def free_ports(count=4):
    """The first of `count` free consecutive ports, none given out before: OpenClaw of 2026.3 takes
    its port, +2 and +3."""
    while True:
        run = list(itertools.islice(ports, count))
        if all(map(is_free, run)):
            return run[0]


def http_get(url, seconds=5):
    """The body, or None when nobody answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as response:
            return response.read().decode()
    except (OSError, urllib.error.URLError):
        return None
