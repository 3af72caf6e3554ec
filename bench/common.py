"""What the benchmarks share: timed processes, medians, a daemon of one's own."""
import contextlib
import json
import os
import pathlib
import random
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
DIRECTORIES = ("memory", "notes", "projects/a", "projects/b/deep", "skills/mail", "scripts")
SENSITIVE = ("SOUL.md", "AGENTS.md", ".env", ".github/workflows/ci.yml")


class Run:
    """One finished process: wall and CPU seconds, its output."""

    def __init__(self, command):
        with tempfile.TemporaryFile() as out:
            start = time.monotonic()
            process = subprocess.Popen([str(part) for part in command], stdout=out,
                                       stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            self.wall = time.monotonic() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                raise SystemExit(f"{command[0]}: exit code {process.returncode}")
            out.seek(0)
            self.output = out.read()
        self.cpu = usage.ru_utime + usage.ru_stime


def median(values):
    return statistics.median(values)


def spread(values):
    """"1.23 (1.20-1.40)": the median and what it lies between."""
    return f"{median(values):.3g} ({min(values):.3g}-{max(values):.3g})"


@contextlib.contextmanager
def scratch(parent=None):
    path = pathlib.Path(tempfile.mkdtemp(prefix="clawvigil-bench-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def generate(home, *options):
    """A home as `generate_transcripts` fills it; what it says of it."""
    command = [ROOT / "bench" / "generate_transcripts", *options, home]
    return json.loads(subprocess.check_output([str(part) for part in command]))


def import_stream(commits, seed=1):
    """A year of small commits to a few hundred files, as `git fast-import` reads it."""
    rng = random.Random(seed)
    names = [f"{rng.choice(DIRECTORIES)}/{number:03}.md" for number in range(400)]
    for number in range(commits):
        files = rng.sample(names, 3)
        if number % 50 == 0:
            files.append(SENSITIVE[number // 50 % len(SENSITIVE)])
        yield (f"commit refs/heads/main\n"
               f"committer Claw <claw@example.org> {1700000000 + 600 * number} +0000\n"
               f"data 5\nnote\n").encode()
        for name in files:
            content = "".join(f"line {rng.random()}\n" for _ in range(20))
            yield f"M 100644 inline {name}\ndata {len(content)}\n{content}\n".encode()
        if number % 100 == 99:
            yield f"D {rng.choice(names)}\n".encode()
        yield b"\n"


def import_commits(repository, commits):
    process = subprocess.Popen(["git", "-C", repository, "fast-import", "--quiet"],
                               stdin=subprocess.PIPE)
    for piece in import_stream(commits):
        process.stdin.write(piece)
    process.stdin.close()
    if process.wait() != 0:
        raise SystemExit("git fast-import failed")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def get(port, path):
    """Status of a GET request; None when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            reply.read()
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def wait_for(port, path, seconds):
    """Seconds until the path answers 200."""
    start = time.monotonic()
    while get(port, path) != 200:
        if time.monotonic() - start > seconds:
            raise SystemExit(f"{path} does not answer 200 within {seconds} s")
        time.sleep(0.002)
    return time.monotonic() - start


@contextlib.contextmanager
def running(command):
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def clawvigil(port, home, state, *more):
    return running([BUILD / "clawvigil", "serve", f"--web.listen-address=127.0.0.1:{port}",
                    f"--openclaw.home={home}", f"--storage.path={state}", *more])


def node_exporter(port):
    return running(["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}"])


def cpu_seconds(pid):
    """As the scheduler counts it, in nanoseconds; threads that have ended are left out."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def written_bytes(pid):
    """What the process made the disk write."""
    lines = pathlib.Path(f"/proc/{pid}/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in status if line.startswith("Rss")}
    anonymous, files = int(sizes["RssAnon"]), int(sizes["RssFile"]) + int(sizes["RssShmem"])
    return (anonymous + files) / 1000, anonymous / 1000
