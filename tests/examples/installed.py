"""The examples as an owner has them after following their comments, in a directory of the test."""

import pathlib
import re
import shutil
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = SOURCE / "packaging" / "examples"
RULES = SOURCE / "alerts" / "rules"

# What alertmanager.yml says to do where Alertmanager is older than 0.26.
TOKEN_FILE = re.compile(r"bot_token_file: \S+")
TOKEN_INLINE = re.compile(r'in place of this\n\s+# line.*?: +(bot_token: "[^"]+")', re.DOTALL)


def knows_token_files():
    """Whether the installed Alertmanager reads a bot's token from a file."""
    said = subprocess.run(["amtool", "--version"], capture_output=True, text=True, check=True)
    major, minor = re.search(r"version (\d+)\.(\d+)", said.stdout + said.stderr).groups()
    return (int(major), int(minor)) >= (0, 26)


class Installed:
    """Copies below `directory`, which take the place of the absolute paths the examples name."""

    def __init__(self, directory):
        self.directory = directory
        self.rules = directory / "rules"
        self.secrets = directory / "secrets"
        self.victoria_rules = directory / "victoria-rules"
        shutil.copytree(EXAMPLES, directory / "examples")
        self.examples = directory / "examples"
        for target in (self.rules, self.secrets, self.victoria_rules):
            target.mkdir()
        for rules in RULES.glob("*.yml"):
            if not rules.name.endswith(".test.yml"):
                shutil.copy(rules, self.rules)
        for name in ("telegram.token", "smtp.password", "webhook.token", "remote-write.password"):
            (self.secrets / name).write_text("made-for-this-test\n")
        self.places = {
            "/usr/share/clawvigil/rules": self.rules,
            "/etc/prometheus/secrets": self.secrets,
            "/etc/victoria-metrics/rules": self.victoria_rules,
            "/etc/victoria-metrics/scrape.yml": self.examples / "victoria-metrics" / "scrape.yml",
        }

    def file(self, name, changes=()):
        """Path of an example, in which places are those of this test and `changes`, pairs of texts
        of which each must be there, are made."""
        path = self.examples / name
        text = path.read_text()
        for place, own in self.places.items():
            text = text.replace(place, str(own))
        for old, new in changes:
            assert old in text, f"{name} has no {old!r}"
            text = text.replace(old, new)
        path.write_text(text)
        return path

    def alertmanager(self, changes=()):
        """alertmanager.yml for the installed version, as its own comment says."""
        text = (EXAMPLES / "alertmanager.yml").read_text()
        inline = TOKEN_INLINE.search(text)
        assert inline and len(TOKEN_FILE.findall(text)) == 1, "the comment on tokens is gone"
        old = [] if knows_token_files() else [(TOKEN_FILE.search(text)[0], inline[1])]
        # The place is replaced first: what is looked for has it already.
        old = [(a.replace("/etc/prometheus/secrets", str(self.secrets)), b) for a, b in old]
        return self.file("alertmanager.yml", [*old, *changes])

    def rules_for_vmalert(self):
        """Fills the directory vmalert.service names, by the command in its comment."""
        for rules in self.rules.glob("*.yml"):
            shutil.copy(rules, self.victoria_rules)
        unit = (EXAMPLES / "victoria-metrics" / "vmalert.service").read_text()
        command = re.search(r"#\s+sudo (sed \S+ -f rules.sed) ", unit)[1]
        subprocess.run(
            f"{command} {self.victoria_rules}/*.yml",
            shell=True,
            check=True,
            cwd=self.examples / "victoria-metrics",
        )

    def vmalert_command(self):
        """ExecStart= of the unit, as words."""
        unit = self.file("victoria-metrics/vmalert.service").read_text()
        line = re.search(r"^ExecStart=((?:.*\\\n)*.*)$", unit, re.MULTILINE)[1]
        return line.replace("\\\n", " ").replace("/usr/bin/", "").split()

    def victoria_metrics_command(self):
        """The program with ARGS of its defaults, as words."""
        text = self.file("victoria-metrics/victoria-metrics.default").read_text()
        return ["victoria-metrics", *re.search(r'^ARGS="(.*)"$', text, re.MULTILINE)[1].split()]
