"""The daemon under test, and what its page says."""

import os
import pathlib
import re
import shutil
import time

from harness.processes import Process, free_ports, http_get, wait_until

LINE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

LAST_SUCCESS = "clawvigil_collector_last_success_timestamp_seconds"
DURATION = "clawvigil_collector_duration_seconds"

ONLY_READ_ANYTHING = [
    "--clear-groups",
    "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=-all,+dac_read_search",
    "--bounding-set=-all,+dac_read_search",
    "--securebits=+no_setuid_fixup",
    "--no-new-privs",
]


def parse(page):
    """[(name, labels, value)] of the text format."""
    samples = []
    for line in page.splitlines():
        match = LINE.match(line)
        if match:
            samples.append((match[1], dict(LABEL.findall(match[2] or "")), float(match[3])))
    return samples


def select(samples, name, **labels):
    """[(labels, value)] of the series of `name` that have these labels."""
    wanted = labels.items()
    return [(found, value) for n, found, value in samples if n == name and wanted <= found.items()]


class Daemon:
    """clawvigil watching one state directory. With `uid` it runs as the packaged unit has it."""

    def __init__(self, case, state, uid=None, storage="storage", prefix=()):
        self.case, self.prefix = case, list(prefix)
        self.address = f"127.0.0.1:{free_ports(1)}"
        self.log = case.directory / "clawvigil.log"
        storage = case.directory / storage
        storage.mkdir(exist_ok=True)
        if uid is not None:
            os.chown(storage, uid, uid)
            self.prefix += ["setpriv", f"--reuid={uid}", f"--regid={uid}", *ONLY_READ_ANYTHING]
        self.storage = storage
        self.config = self._empty_config()
        self.places = [
            f"--config.file={self.config}",
            f"--web.listen-address={self.address}",
            f"--storage.path={storage}",
            f"--openclaw.home={state}",
            f"--probes.directory={case.directory / 'spool'}",
        ]
        self.arguments = ["serve", *self.places]
        self.process = None
        case.stack.callback(self.kill)

    def without_machine(self):
        """What this machine has of these, sound or not, is left out."""
        for name in ("identity", "sshd", "fail2ban", "firewall", "limits", "updates", "backups"):
            self.places.append(f"--no-collector.{name}")
            self.arguments.append(f"--no-collector.{name}")

    def _empty_config(self):
        path = self.case.directory / "clawvigil.yml"
        path.write_text("# defaults\n")
        return path

    def binary(self):
        """A copy where every user may execute it."""
        copy = self.case.directory / "clawvigil"
        if not copy.exists():
            shutil.copy(pathlib.Path(os.environ["CLAWVIGIL_BINARY"]), copy)
        return copy

    def start(self):
        self.process = Process([*self.prefix, self.binary(), *self.arguments], self.log)
        wait_until("clawvigil is ready", self._ready, 20)

    def _ready(self):
        assert self.process.running(), "clawvigil ended"
        return http_get(f"http://{self.address}/-/ready") is not None

    def stop(self):
        assert self.process.stop(10), "clawvigil did not end when asked to"

    def kill(self):
        if self.process is not None:
            self.process.kill()

    def page(self):
        text = http_get(f"http://{self.address}/metrics")
        assert text is not None, "the metrics page is not served"
        return text

    def samples(self):
        return parse(self.page())

    def value(self, name, **labels):
        """The value of the only series of `name` with these labels; None if there is none."""
        found = select(self.samples(), name, **labels)
        assert len(found) < 2, f"several series: {found}"
        return found[0][1] if found else None

    def wait_value(self, wanted, name, seconds=30, **labels):
        seen = []

        def arrived():
            seen.append(self.value(name, **labels))
            return seen[-1] == wanted

        wait_until(lambda: f"{name}{labels} is {wanted}, but {seen[-1]}", arrived, seconds)

    def wait_runs(self, *collectors):
        """Until a run of each collector that began after this call has succeeded."""
        called = time.time()

        def missing(samples):
            for collector in collectors:
                end = select(samples, LAST_SUCCESS, collector=collector)
                took = select(samples, DURATION, collector=collector)
                if not (end and took and end[0][1] - took[0][1] > called):
                    return collector
            return None

        wait_until(f"runs of {collectors}", lambda: missing(self.samples()) is None)
