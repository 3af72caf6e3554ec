"""A real systemd as PID 1, in about a second: systemd-nspawn over an overlay of this machine.

    container = Container(case)
    container.write("/etc/systemd/system/x.service", "[Service]\nExecStart=/bin/sleep 1000\n")
    container.start()
    container.run("systemctl", "start", "x.service")

Everything of this machine is there to be read, and nothing written in the container outlives it.
It has a network of its own, no unit enabled but what a test asks for, a system bus, journald,
logind and user managers. Whether limits are enforced is up to the cgroups of this machine: on a
hybrid tree MemoryMax= and TasksMax= are accepted and nothing comes of them.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from harness.case import Skip, need_programs, need_root
from harness.processes import Process, wait_until

POWER_OFF = signal.SIGRTMIN + 4
# What a container of a test has no use for, or must not share with this machine.
MASKED = ["getty.target", "systemd-timesyncd.service", "systemd-networkd.service"]


class Container:
    """Files are written before or after start(); every method but write() needs it started."""

    def __init__(self, case, name="container"):
        need_root()
        need_programs("systemd-nspawn", "nsenter", "mount", "umount")
        self.case = case
        self.directory = case.directory / name
        self.root = self.directory / "root"
        self.log = case.directory / f"{name}.log"
        self.leader = None
        self.process = None
        self.cgroup = f"clawvigil-e2e-{os.getpid()}-{name}"
        self._mount()
        self._prepare()

    def write(self, path, text, mode=0o644, owner=None):
        """A file in the container; parent directories are made."""
        target = self._inside(path)
        self.make_directory(str(pathlib.PurePath(path).parent), owner)
        target.write_text(text)
        target.chmod(mode)
        if owner is not None:
            os.chown(target, owner, owner)

    def make_directory(self, path, owner=None):
        """Made where missing, with its parents; `owner` gets those that are made."""
        target = self._inside(path)
        missing = []
        while not target.exists():
            missing.append(target)
            target = target.parent
        for directory in reversed(missing):
            directory.mkdir()
            if owner is not None:
                os.chown(directory, owner, owner)

    def bind(self, source, path):
        """Shows a directory of this machine at `path`, where every user of the container gets to.
        Before start()."""
        self.make_directory(path)
        self._mount_one("--bind", source, self._inside(path))

    def add_user(self, name, uid, linger=True):
        """An account with a home directory; if it lingers its manager runs from the boot on."""
        for file, line in (
            ("/etc/passwd", f"{name}:x:{uid}:{uid}::/home/{name}:/bin/bash\n"),
            ("/etc/group", f"{name}:x:{uid}:\n"),
            ("/etc/shadow", f"{name}:*:20000:0:99999:7:::\n"),
        ):
            with self._inside(file).open("a") as out:
                out.write(line)
        self.make_directory(f"/home/{name}", uid)
        if linger:
            self.write(f"/var/lib/systemd/linger/{name}", "")

    def home_of(self, uid):
        lines = self._inside("/etc/passwd").read_text().splitlines()
        return next((line.split(":")[5] for line in lines if line.split(":")[2] == str(uid)), "/")

    def start(self):
        """Boots, and waits until everything that was to start has."""
        self.process = Process(
            ["sh", "-c", self._enter_cgroups(), "sh"]
            + ["systemd-nspawn", "--quiet", f"--directory={self.root}", "--boot", "--register=no"]
            + ["--keep-unit", "--private-network", "--console=pipe", "--link-journal=no"]
            + ["--resolv-conf=off", "--timezone=off", f"--machine={self.cgroup}"],
            self.log,
        )
        self.leader = wait_until("systemd-nspawn has started systemd", self._find_leader, 20)
        wait_until(lambda: f"booted: {self.state()}", self._has_booted, 60)

    def _has_booted(self):
        assert self.process.running(), f"systemd-nspawn ended: {self.process.tail()}"
        return self.state() in ("running", "degraded")

    def state(self):
        return self.run("systemctl", "is-system-running", check=False).strip()

    def command(self, *arguments):
        """What this machine runs to have `arguments` run in the container."""
        namespaces = ["-m", "-p", "-u", "-i", "-n", "-C"]
        return ["nsenter", "-t", str(self.leader), *namespaces, "--", *map(str, arguments)]

    def run(self, *arguments, check=True, user=None, seconds=60):
        """Standard output of a command in the container, as root or as the user with this uid,
        who then has the environment systemctl --user needs. AssertionError when it fails."""
        if user is not None:
            runtime = f"/run/user/{user}"
            arguments = [
                *["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"],
                *["env", f"HOME={self.home_of(user)}", f"XDG_RUNTIME_DIR={runtime}"],
                *[f"DBUS_SESSION_BUS_ADDRESS=unix:path={runtime}/bus", *arguments],
            ]
        result = subprocess.run(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        if check and result.returncode != 0:
            output = result.stderr + result.stdout
            raise AssertionError(f"{arguments}: {result.returncode}: {output}")
        return result.stdout

    def show(self, unit, *properties, user=None):
        """{property: value} as systemctl show has them."""
        manager = ["--user"] if user is not None else []
        names = ",".join(properties)
        text = self.run("systemctl", *manager, "show", unit, f"--property={names}", user=user)
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)

    def stop(self):
        """Powers it off; what does not end in time is killed."""
        if self.leader is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.leader, POWER_OFF)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.popen.wait(20)
        if self.process is not None:
            self.process.kill()
        self._remove_cgroups()
        self.leader = None

    def _inside(self, path):
        return self.root / path.lstrip("/")

    def _mount(self):
        self.directory.mkdir()
        layers = self.directory / "layers"
        for path in (layers, self.root):
            path.mkdir()
        self._mount_one("-t", "tmpfs", "-o", "mode=755", "clawvigil-e2e", layers)
        (layers / "upper").mkdir()
        (layers / "work").mkdir()
        options = f"lowerdir=/,upperdir={layers}/upper,workdir={layers}/work"
        self._mount_one("-t", "overlay", "-o", options, "clawvigil-e2e", self.root)
        self.case.stack.callback(self.stop)

    def _mount_one(self, *arguments):
        mount = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
        if mount.returncode != 0:
            raise Skip(f"cannot mount here: {mount.stderr.strip()}")
        self.case.stack.callback(subprocess.run, ["umount", "--lazy", str(arguments[-1])])

    def _prepare(self):
        """Nothing of this machine is started, and what the machine itself has left is gone."""
        for pattern in ("systemd/system/*.wants", "systemd/user/*.wants", "rc?.d"):
            for directory in sorted((self.root / "etc").glob(pattern)):
                shutil.rmtree(directory)
        for unit in MASKED:
            self._link(f"etc/systemd/system/{unit}", "/dev/null")
        for path in ("var/lib/systemd/linger", "var/log/journal"):
            shutil.rmtree(self.root / path, ignore_errors=True)
            (self.root / path).mkdir(parents=True)
        self.write("/etc/machine-id", f"{os.getpid():032x}\n")
        self.write("/etc/hostname", "clawvigil-e2e\n")
        self.write("/etc/fstab", "")

    def _link(self, path, target):
        (self.root / path).unlink(missing_ok=True)
        (self.root / path).symlink_to(target)

    def _cgroup_roots(self):
        """Where processes are to be moved: the tree of version 2, and beside it systemd's own."""
        mounts = pathlib.Path("/proc/self/mounts").read_text()
        found = re.findall(r"^\S+ (\S+) (?:cgroup2 |cgroup \S*name=systemd)", mounts, re.MULTILINE)
        return [pathlib.Path(mount) for mount in found]

    def _enter_cgroups(self):
        """A cgroup of its own, so that several containers do not share one."""
        lines = []
        for mount in self._cgroup_roots():
            group = mount / self.cgroup
            lines.append(f"mkdir -p {group} && echo $$ > {group}/cgroup.procs")
        return "; ".join([*lines, 'exec "$@"'])

    def _remove_cgroups(self):
        for mount in self._cgroup_roots():
            for _ in range(50):
                top = mount / self.cgroup
                for group, _, _ in os.walk(top, topdown=False):
                    with contextlib.suppress(OSError):
                        os.rmdir(group)
                if not top.exists():
                    break
                time.sleep(0.1)

    def _find_leader(self):
        assert self.process.running(), f"systemd-nspawn ended: {self.process.tail()}"
        pid = self.process.popen.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return int(child)
        return None
