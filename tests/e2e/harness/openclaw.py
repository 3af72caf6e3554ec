"""The real OpenClaw of lab/openclaw-lab: its model provider, its home directory, its gateway."""

import json
import os
import pathlib
import subprocess

from harness.case import LAB
from harness.processes import Process, free_ports, http_get, wait_until

PROGRAM = LAB / "openclaw-lab"


def lab_directory():
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("CLAWVIGIL_LAB") or f"{cache}/clawvigil-lab")


def install(version):
    subprocess.run([PROGRAM, "install", version], check=True)


class Provider:
    """Answers as a model would and keeps books of the tokens it hands out."""

    def __init__(self, case, version):
        install(version)  # with the node it runs on
        self.port = free_ports(1)
        process = Process([PROGRAM, "provider", self.port], case.directory / "provider.log")
        case.stack.callback(process.kill)
        wait_until("the provider answers", self.books_or_none)

    def books_or_none(self):
        text = http_get(f"http://127.0.0.1:{self.port}/books")
        return None if text is None else {"models": json.loads(text)}

    def books(self):
        """{model: {requests, failed, prompt, completion, cached}}"""
        return self.books_or_none()["models"]

    def pages(self):
        """The same by the page each request wished to be booked on ([[page NAME]])."""
        return json.loads(http_get(f"http://127.0.0.1:{self.port}/pages"))


class OpenClaw:
    """One home directory. With `uid` it belongs to that user and its gateway runs as that user."""

    def __init__(self, case, version, provider, uid=None):
        install(version)
        self.case, self.version, self.uid = case, version, uid
        self.port = free_ports()
        self.home = case.directory / "home"
        self.state = self.home / ".openclaw"
        self.config = self.state / "openclaw.json"
        self.gateway = None
        arguments = [version, self.home, str(self.port), str(provider.port)]
        subprocess.run([PROGRAM, "init", *arguments], check=True)
        if uid is not None:
            for path in (self.home, self.state, self.config):
                os.chown(path, uid, uid)
        case.stack.callback(self.kill)

    def start(self, *flags, seconds=90):
        """Starts the gateway with these flags and waits until it is ready for turns."""
        self.launch(*flags)
        self.wait_ready(seconds)

    def launch(self, *flags):
        command = [PROGRAM, "gateway", self.version, self.home, *flags]
        environment = dict(os.environ)
        if self.uid is not None:
            command, environment["CLAWVIGIL_LAB"] = self._as_user(command)
        self.gateway = Process(command, self.case.directory / "gateway.log", env=environment)

    def wait_ready(self, seconds=90):
        def ready():
            assert self.gateway.running(), "the gateway ended"
            return http_get(f"http://127.0.0.1:{self.port}/readyz")

        wait_until("the gateway is ready", ready, seconds)

    def _as_user(self, command):
        """Scripts and installation may lie where only root gets to: show them elsewhere."""
        scripts, installed = self.case.directory / "scripts", self.case.directory / "installed"
        for path in (scripts, installed):
            path.mkdir(exist_ok=True)
        switch = (
            f"mount --bind '{LAB}' '{scripts}' && "
            f"mount --bind '{lab_directory()}' '{installed}' && "
            f'exec setpriv --reuid={self.uid} --regid={self.uid} --clear-groups "$@"'
        )
        program = scripts / PROGRAM.name
        command = ["unshare", "--mount", "sh", "-c", switch, "sh", program, *command[1:]]
        return command, str(installed)

    def upgrade(self, version):
        """The next start is this version's."""
        install(version)
        self.version = version

    def stop(self):
        self.gateway.stop()

    def kill(self):
        if self.gateway is not None:
            self.gateway.kill()

    def turn(self, agent, text, session="lab"):
        """One turn through the gateway; an answer that is an error is an answer."""
        arguments = [str(self.port), agent, text, session]
        subprocess.run([PROGRAM, "turn", *arguments], stdout=subprocess.DEVNULL, check=False)

    def command(self, *arguments, text=""):
        """Runs the openclaw command in this home; what it prints. `text` is its standard input."""
        command = [PROGRAM, "openclaw", self.version, self.home, *arguments]
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{arguments[:3]}: {done.stdout[-500:]} {done.stderr[-500:]}"
        return done.stdout

    def json(self, *arguments):
        """The JSON document the command prints."""
        text = self.command(*arguments)
        return json.loads(text[text.index("{") :])

    def edit(self, change):
        """Rewrites openclaw.json as `change` leaves the parsed object, keeping mode and owner."""
        content = json.loads(self.config.read_text())
        change(content)
        self.config.write_text(json.dumps(content, indent=2))
