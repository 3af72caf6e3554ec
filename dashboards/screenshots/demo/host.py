"""A made machine below a directory: what clawvigil reads when it is told --path.rootfs."""

import datetime
import gzip
import json
import os
import pathlib
import random
import re
import sqlite3
import string
import subprocess

from demo.transcripts import Life

ROOT = pathlib.Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "collectors"
LIMITS = FIXTURES / "limits" / "debian12"
CLAW = 4242  # the user of the captured gateway
DAY = 86400
PASSWD = """\
root:x:0:0:root:/root:/bin/bash
_apt:x:100:65534::/nonexistent:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
walter:x:1000:1000::/home/walter:/bin/bash
postgres:x:113:120::/var/lib/postgresql:/bin/bash
claw:x:4242:4242::/home/claw:/bin/bash
"""
GATEWAY = ("/user.slice/user-4242.slice/user@4242.service/app.slice/"
           "openclaw-gateway.service")  # fmt: skip
SSHD = "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n"


class Host:
    """`troubled` is what a first look at a real host may find; otherwise all is well."""

    def __init__(self, directory, name, troubled, seed, busy=1.0):
        self.directory, self.name, self.troubled = directory / name, name, troubled
        self.root = self.directory / "root"
        self.state = self.root / "home" / "claw" / ".openclaw"
        self.random = random.Random(seed)
        self.life = Life(self.state, seed, busy)
        self.now = self.life.now.timestamp()
        self.day = self.life.now.strftime("%Y-%m-%d")

    def write(self, path, text="", mode=0o644, days=None):
        real = self.root / path.lstrip("/")
        real.parent.mkdir(parents=True, exist_ok=True)
        real.write_text(text)
        real.chmod(mode)
        if days is not None:
            os.utime(real, (self.now - days * DAY,) * 2)
        return real

    def make(self):
        self.state.mkdir(parents=True, mode=0o700)
        self.accounts()
        self.gateway_process()
        self.openclaw()
        self.life.live(45)
        self.ledgers()
        self.workspace()
        self.ssh()
        self.fail2ban()
        self.packages()
        self.backups()
        self.certificate()
        self.own_claw()

    def accounts(self):
        self.write("/etc/passwd", PASSWD)
        group = (FIXTURES / "identity" / "debian12" / "group").read_text()
        self.write("/etc/group", group + "walter:x:1000:\nclaw:x:4242:\n"
                   + "docker:x:998:\n")  # fmt: skip
        self.write("/etc/sudoers", "root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n", 0o440)
        self.write("/var/log/wtmp")
        self.write("/var/log/lastlog")

    def gateway_process(self):
        tree = (LIMITS / ("default.txt" if self.troubled else "limited.txt")).read_text()
        for part in tree.split("-- /")[1:] if tree.startswith("-- /") else tree.split("\n-- "):
            path, _, content = part.removeprefix("-- ").partition(" --\n")
            self.write("/sys/fs/cgroup/" + path.lstrip("/"), content)
        stat = self.root / ("/sys/fs/cgroup" + GATEWAY + "/cpu.stat").lstrip("/")
        used = re.sub(r"usage_usec \d+", "usage_usec 9400000000", stat.read_text())
        stat.write_text(used)
        process = "/proc/191"
        for name in ("comm", "status", "limits", "stat"):
            self.write(f"{process}/{name}", (LIMITS / f"proc_{name}").read_text())
        self.write(f"{process}/cgroup", f"0::{GATEWAY}\n")
        limits = (LIMITS / "proc_limits").read_text()
        self.write(f"{process}/limits", limits.replace("1024  ", "65536 "))
        self.write(f"{process}/fd/0")
        self.write("/proc/meminfo", (LIMITS / "meminfo").read_text())
        self.write("/proc/sys/kernel/threads-max", "7608\n")
        self.write("/proc/sys/kernel/pid_max", "32768\n")
        self.write("/proc/sys/kernel/hostname", f"{self.name}\n")
        self.write("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
        self.write("/proc/sys/kernel/random/boot_id", "5c0b2d5a-0000-4000-8000-000000000001\n")
        boot = int(self.now - 12 * DAY)
        self.write("/proc/stat", f"cpu  1 2 3\ncpu0 1 2\ncpu1 1 2\nintr 9\nbtime {boot}\n")
        self.write("/proc/uptime", "1036800.00 2000000.00\n")
        self.write("/proc/swaps", "Filename Type Size Used Priority\n")
        unit = "/home/claw/.config/systemd/user/"
        restart = "on-failure" if not self.troubled else "no"
        self.write(unit + "openclaw-gateway.service",
                   f"[Service]\nExecStart=/usr/bin/openclaw gateway\nRestart={restart}\n")  # fmt: skip
        link = self.root / (unit + "default.target.wants/openclaw-gateway.service").lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to("../openclaw-gateway.service")
        self.write("/var/lib/systemd/linger/claw")

    def openclaw(self):
        secret = "".join(self.random.choices("0123456789abcdef", k=48))
        telegram = {"enabled": True, "botToken": "123456789:" + "A1b2C3d4E5" * 3 + "F6g7H",
                    "dmPolicy": "allowlist", "allowFrom": ["111"]}  # fmt: skip
        discord = {"enabled": True, "token": "MTA" + "x1Y2z3W4" * 8, "dmPolicy": "pairing",
                   "groupPolicy": "allowlist"}  # fmt: skip
        self.write("/home/claw/.openclaw/openclaw.json", json.dumps({
            "meta": {"lastTouchedVersion": "2026.3.13"},
            "logging": {"level": "debug"},
            "gateway": {"port": 18789, "bind": "loopback",
                        "auth": {"mode": "token", "token": secret}},
            "models": {"providers": {
                "anthropic": {"apiKey": "sk-ant-api03-" + "Zx9Kd72mQp4R" * 7, "models": []},
                "google": {"apiKey": "AIza" + "SyD4kQ9xR2mT7pL3w" * 2 + "Z", "models": []}}},
            "agents": {"list": [{"id": "main"}, {"id": "research"}],
                       "defaults": {"sandbox": {"mode": "off" if self.troubled else "all"}}},
            "channels": {"telegram": telegram, "discord": discord},
            "commands": {"ownerAllowFrom": ["telegram:111"]},
            "session": {"dmScope": "main" if self.troubled else "per-channel-peer"},
        }, indent=2), 0o644 if self.troubled else 0o600, 3)  # fmt: skip
        self.write("/home/claw/.openclaw/.env", "BRAVE_API_KEY=BSA" + "k3Jd9" * 6 + "\n", 0o600,
                   120 if self.troubled else 20)
        version = "2026.3.13" if self.troubled else "2026.9.6"
        begun = (FIXTURES / "updates" / f"log-line-{version}").read_text()
        self.log = self.write(f"/tmp/openclaw/openclaw-{self.day}.log", begun, 0o600)
        (self.root / "tmp/openclaw").chmod(0o700)

    def ledgers(self):
        """OpenClaw 2026.9.6 books edits, denials and starts; 2026.3.13 does not."""
        if self.troubled:
            return
        path = self.state / "state" / "openclaw.sqlite"
        path.parent.mkdir(mode=0o700)
        with sqlite3.connect(path) as database:
            database.executescript((FIXTURES / "access" / "2026.9.6" / "ledgers.sql").read_text())
        database.close()
        path.chmod(0o600)

    def workspace(self):
        place = self.state / "workspace"
        for name, days in (("AGENTS", 21), ("SOUL", 33), ("IDENTITY", 33), ("USER", 12),
                           ("TOOLS", 9), ("HEARTBEAT", 9), ("MEMORY", 0.2)):  # fmt: skip
            text = f"# {name}\n" + "Be kind, be brief.\n" * self.random.randint(20, 300)
            if name == "MEMORY" and self.troubled:
                letters = string.ascii_letters + string.digits
                text += f"Key: sk-ant-api03-{''.join(self.random.choices(letters, k=93))}AA\n"
            self.write(f"/home/claw/.openclaw/workspace/{name}.md", text, 0o600, days)
        git = ["git", "-C", str(place), "-c", "user.name=claw", "-c", "user.email=claw@example.org"]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "begin"]):
            subprocess.run([*git, *words], check=True, env=environment)

    def ssh(self):
        self.write("/usr/sbin/sshd", "", 0o755)
        self.write("/etc/ssh/sshd_config",
                   SSHD + ("" if self.troubled else "PasswordAuthentication no\nPermitRootLogin no\n"))  # fmt: skip
        key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "B" * 43 + " walter\n"
        self.write("/home/walter/.ssh/authorized_keys", key, 0o600, 200)
        os.chown(self.root / "home/walter/.ssh/authorized_keys", 1000, 1000)
        self.auth_log = self.write("/var/log/auth.log")

    def fail2ban(self):
        if self.troubled:
            return
        self.write("/usr/bin/fail2ban-server", "", 0o755)
        self.write("/etc/fail2ban/fail2ban.conf", "[DEFAULT]\nloglevel = INFO\n[Definition]\n")
        self.write("/etc/fail2ban/jail.conf",
                   "[DEFAULT]\nbantime = 1h\nfindtime = 10m\nmaxretry = 3\n"
                   "filter = %(__name__)s[mode=normal]\n[sshd]\nenabled = true\n")  # fmt: skip
        self.write("/var/run/fail2ban/fail2ban.pid", "77\n", 0o600)
        self.write("/proc/77/comm", "fail2ban-server\n")
        self.ban_log = self.write("/var/log/fail2ban.log", "", 0o640)
        path = self.root / "var/lib/fail2ban/fail2ban.sqlite3"
        path.parent.mkdir(parents=True)
        with sqlite3.connect(path) as database:
            database.executescript(
                "CREATE TABLE fail2banDb(version INTEGER); INSERT INTO fail2banDb VALUES(4);"
                "CREATE TABLE jails(name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL DEFAULT 1);"
                "CREATE TABLE bips(ip TEXT NOT NULL, jail TEXT NOT NULL, timeofban INTEGER NOT NULL,"
                " bantime INTEGER NOT NULL, bancount INTEGER NOT NULL default 1, data JSON,"
                " PRIMARY KEY(ip, jail)); INSERT INTO jails VALUES('sshd', 1);"
            )
            for number in range(4):
                database.execute("INSERT INTO bips VALUES(?, 'sshd', ?, 3600, 1, '{}')",
                                 (f"198.51.100.{number}", int(self.now) - 600 * number))  # fmt: skip
        database.close()

    def packages(self):
        updates = FIXTURES / "updates"
        lists = "/var/lib/apt/lists/"
        security = lists + "deb.debian.org_debian-security_dists_bookworm-security_"
        self.write("/var/lib/dpkg/arch", "amd64\n")
        installed = "1.21.22" if self.troubled else "1.21.23"
        self.write("/var/lib/dpkg/status",
                   f"Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\n"
                   f"Version: {installed}\n\n"
                   "Package: unattended-upgrades\nStatus: install ok installed\nArchitecture: all\n"
                   "Version: 2.9.1\n\n")  # fmt: skip
        self.write("/usr/lib/systemd/system/apt-daily.timer")
        for timer in ("apt-daily.timer", "apt-daily-upgrade.timer"):
            link = self.root / "etc/systemd/system/timers.target.wants" / timer
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(f"/lib/systemd/system/{timer}")
        self.write("/etc/apt/sources.list",
                   "deb http://deb.debian.org/debian-security bookworm-security main\n")  # fmt: skip
        self.write(security + "InRelease", (updates / "security-InRelease").read_text(), days=0.3)
        self.write(security + "main_binary-amd64_Packages",
                   "Package: dpkg\nArchitecture: amd64\nVersion: 1.21.23\n"
                   "Filename: pool/d/dpkg.deb\n\n", days=6)  # fmt: skip
        if not self.troubled:
            self.write("/etc/apt/apt.conf.d/20auto-upgrades",
                       (updates / "20auto-upgrades").read_text(), days=90)  # fmt: skip
            self.write("/var/lib/dpkg/info/unattended-upgrades.list")
            self.write("/var/lib/apt/periodic/upgrade-stamp", days=0.4)
        else:
            self.write("/run/reboot-required", "*** System restart required ***\n", days=5)
        self.write("/var/lib/apt/periodic/update-success-stamp", days=0.3)
        version = "2026.3.13" if self.troubled else "2026.9.6"
        self.write("/usr/lib/node_modules/openclaw/package.json",
                   json.dumps({"name": "openclaw", "version": version, "engines": {"node": ">=22.12.0"}}))  # fmt: skip
        self.write("/usr/lib/node_modules/openclaw/dist/build-info.json",
                   json.dumps({"version": version, "commit": "x",
                               "builtAt": "2026-03-13T10:00:00Z" if self.troubled else "2026-11-02T10:00:00Z"}))  # fmt: skip

    def backups(self):
        for number in range(6):
            age = number + (3.2 if self.troubled else 0.4)
            suffix = "tar.gz" if self.troubled else "tar.age"
            body = self.random.randbytes(300_000 + 3000 * number)
            whole = gzip.compress(body) if self.troubled else b"age-encryption.org/v1\n" + body
            path = self.write(f"/srv/backup/openclaw-{number}.{suffix}", "", 0o600)
            path.write_bytes(whole)
            os.utime(path, (self.now - age * DAY,) * 2)

    def certificate(self):
        days = 17 if self.troubled else 68
        place = self.root / "etc/letsencrypt/live/claw.example.org"
        place.mkdir(parents=True)
        begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=90 - days)
        end = begin + datetime.timedelta(days=90)
        config = self.directory / "ca"
        config.mkdir()
        (config / "index.txt").write_text("")
        (config / "serial").write_text("01\n")
        (config / "ca.cnf").write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={config}/index.txt\nserial={config}/serial\n"
            f"new_certs_dir={config}\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n"
        )
        run = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True)  # noqa: E731
        key, request = str(config / "key.pem"), str(config / "request.pem")
        run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", request, "-subj", "/CN=claw.example.org")  # fmt: skip
        stamp = "%Y%m%d%H%M%SZ"
        run("ca", "-batch", "-selfsign", "-notext", "-config", str(config / "ca.cnf"), "-keyfile", key,
            "-in", request, "-out", str(place / "fullchain.pem"), "-startdate", begin.strftime(stamp),
            "-enddate", end.strftime(stamp))  # fmt: skip

    def own_claw(self):
        """What is not the agent's yet; touching the rest would look like a change."""
        for path in (self.root / "home/claw", self.root / "tmp/openclaw"):
            for directory, _, files in os.walk(path):
                for one in [directory, *(os.path.join(directory, name) for name in files)]:
                    if os.lstat(one).st_uid != CLAW:
                        os.chown(one, CLAW, CLAW, follow_symlinks=False)
        self.state.chmod(0o700)

    def configuration(self, rules):
        """clawvigil.yml. Nothing waits (for: 0s): the pictures are of minutes, not of days."""
        issued = lambda days: (self.life.now - datetime.timedelta(days=days)).strftime("%Y-%m-%d")  # noqa: E731
        ages = ({"model/anthropic": 34, "model/google": 81, "channel/telegram/default": 121,
                 "channel/discord/default": 58} if self.troubled else
                {"model/anthropic": 12, "model/google": 47, "channel/telegram/default": 66})  # fmt: skip
        backup = {"name": "nightly", "files": "/srv/backup/openclaw-*", "keep": 6}
        if not self.troubled:
            backup["off-host"] = True
        accept = [{"protocol": "tcp", "port": 443, "comment": "reverse proxy"},
                  {"protocol": "tcp", "port": 22, "comment": "sshd"}]
        budgets = [{"name": "everything", "period": "month", "usd": 140},
                   {"name": "daily", "period": "day", "usd": 20},
                   {"name": "research", "period": "week", "tokens": "150k", "agent": "research"}]  # fmt: skip
        return {
            "owner": {"time-zone": "Europe/Paris", "emails": ["walter@example.org"]},
            "workspace": {"agent-emails": ["claw@example.org"]},
            "listeners": {"accept": accept},
            "keys": {"credentials": [{"id": name, "issued": issued(days)} for name, days in ages.items()]},
            "backups": {"sources": [backup]},
            "tls": {"files": ["/etc/letsencrypt/live/claw.example.org/fullchain.pem"]},
            "spend": {"budgets": budgets},
            "alerts": {"rules": {name: {"for": "0s"} for name in rules} | {
                "BanSurge": {"enabled": False}}},  # looks back seven hours
        }

    def disturb(self):
        """What happens while clawvigil watches: strangers, in the programs' own words."""
        if self.troubled:
            self.life.run_away()
            self.own_claw()
            with self.log.open("a") as log:
                for number in range(27):
                    log.write(compact({
                        "0": {"message": f"Blocked unauthorized telegram sender {7000 + number % 8} (dmPolicy=allowlist)"},
                        "1": "verbose", "_meta": {"date": self.life.now.isoformat()}}) + "\n")  # fmt: skip
                for _ in range(14):
                    log.write(compact({
                        "0": '{"subsystem":"gateway/ws"}',
                        "1": {"cause": "unauthorized", "authReason": "token_mismatch"},
                        "2": "closed before connect conn=1", "_meta": {}}) + "\n")  # fmt: skip
        when = self.life.now.strftime("%b %d %H:%M:%S")
        with self.auth_log.open("a") as log:
            for number in range(160 if self.troubled else 40):
                log.write(f"{when} {self.name} sshd[{900 + number}]: Failed password for root from "
                          f"203.0.113.{number % 200} port {40000 + number} ssh2\n")  # fmt: skip
        if not self.troubled:
            stamp = self.life.now.strftime("%Y-%m-%d %H:%M:%S,000")
            with self.ban_log.open("a") as log:
                for number in range(9):
                    log.write(f"{stamp} fail2ban.actions        [77]: NOTICE  [sshd] Ban 198.51.100.{number}\n")


def compact(line):
    return json.dumps(line, separators=(",", ":"))
