#!/usr/bin/env python3
"""Every file of packaging/examples is judged by the program it is for; Grafana is not in Debian, its
two files are held to the members its documentation names."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml
from installed import EXAMPLES, RULES, Installed, knows_token_files

SKIPPED = 77
LACKING = set()

# https://grafana.com/docs/grafana/latest/administration/provisioning/
PROVIDER = {
    "name": str,
    "orgId": int,
    "folder": str,
    "folderUid": str,
    "type": str,
    "disableDeletion": bool,
    "updateIntervalSeconds": int,
    "allowUiUpdates": bool,
    "options": dict,
}
PROVIDER_OPTIONS = {"path": str, "foldersFromFilesStructure": bool}
DATASOURCE = {
    "name": str,
    "uid": str,
    "type": str,
    "access": str,
    "orgId": int,
    "url": str,
    "isDefault": bool,
    "editable": bool,
    "jsonData": dict,
    "secureJsonData": dict,
}
DATASOURCE_OPTIONS = {"httpMethod": str, "timeInterval": str}

# Where a value would be a secret; names of files that hold one, and references, are none.
SECRET = re.compile(
    r"(?im)^[^#\n]*\b(bot_token|\w*password|secret|credentials|api_key|bearer_token): +(?!/)\S+"
)


def judge(*command, expected=None, where=None):
    """Runs a checking program; it must agree, and say `expected`."""
    if shutil.which(command[0]) is None:
        LACKING.add(command[0])
        return
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=where)
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"{command[0]}: exit {done.returncode}\n{said}"
    assert expected is None or re.search(expected, said), f"{command[0]} does not say {expected}: {said}"
    print(f"{command[0]} agrees:", *(pathlib.Path(str(word)).name for word in command[1:]))


def check_prometheus(installed):
    count = len(list(installed.rules.glob("*.yml")))
    assert count > 5, f"only {count} rule files"
    config = installed.file("prometheus.yml")
    judge("promtool", "check", "config", "--lint-fatal", config, expected=f"{count} rule files found")
    judge("promtool", "check", "config", "--agent", installed.file("prometheus-agent.yml"))


def check_alertmanager(installed):
    if shutil.which("amtool") is None:
        LACKING.add("amtool")
        return
    config = installed.alertmanager()
    judge("amtool", "check-config", config, expected="4 receivers")
    if not knows_token_files():
        print("  (older than 0.26: with the token in place, as its comment says)")
    for receivers, *labels in (
        ("webhook,phone", "alertname=GatewayExposed", "severity=critical"),
        ("webhook,mail", "alertname=BanSurge", "severity=warning"),
        ("webhook,mail", "alertname=PackageListsStale", "severity=info"),
        ("heartbeat", "alertname=Watchdog", "severity=info"),
    ):
        judge("amtool", "config", "routes", "test", f"--config.file={config}", *labels,
              f"--verify.receivers={receivers}")  # fmt: skip


def check_victoria_metrics(installed):
    command = installed.victoria_metrics_command()
    scrape = installed.file("victoria-metrics/scrape.yml")
    judge(*command, "-loggerLevel=ERROR", "-promscrape.config.dryRun")
    judge("vmagent", "-dryRun", f"-promscrape.config={scrape}")
    if shutil.which("vmalert") is None:
        LACKING.add("vmalert")
        return
    installed.rules_for_vmalert()
    judge(*installed.vmalert_command(), "-dryRun")
    judge("systemd-analyze", "verify", installed.file("victoria-metrics/vmalert.service"))


def check_compose(installed):
    judge("docker-compose", "config", "-q", where=installed.examples)
    services = yaml.safe_load((EXAMPLES / "docker-compose.yml").read_text())["services"]
    made = {"rules", "dashboards", "secrets"}  # by the commands of its comment
    for name, service in services.items():
        tag = service["image"].partition(":")[2]
        assert re.search(r"\d+\.\d+\.\d+$", tag), f"{name}: which version is {service['image']}?"
        for volume in service["volumes"]:
            path = pathlib.PurePath(volume.partition(":")[0])
            if volume.startswith("./") and path.parts[0] not in made:
                assert (EXAMPLES / path).exists(), f"{name} mounts {path}, which is not there"


def expect_members(found, known, where):
    for key, value in found.items():
        assert key in known, f"{where}: Grafana knows no {key}"
        assert isinstance(value, known[key]), f"{where}.{key} is {value!r}"


def check_grafana():
    sources = yaml.safe_load((EXAMPLES / "grafana/datasources/clawvigil.yml").read_text())
    assert sources.keys() == {"apiVersion", "datasources"} and sources["apiVersion"] == 1
    (source,) = sources["datasources"]
    expect_members(source, DATASOURCE, "datasource")
    expect_members(source["jsonData"], DATASOURCE_OPTIONS, "datasource.jsonData")
    assert source["type"] == "prometheus" and source["access"] == "proxy"
    scrape = yaml.safe_load((EXAMPLES / "prometheus.yml").read_text())["global"]["scrape_interval"]
    assert source["jsonData"]["timeInterval"] == scrape, "rates need the interval of the scrapes"

    boards = yaml.safe_load((EXAMPLES / "grafana/dashboards/clawvigil.yml").read_text())
    assert boards.keys() == {"apiVersion", "providers"} and boards["apiVersion"] == 1
    (provider,) = boards["providers"]
    expect_members(provider, PROVIDER, "provider")
    expect_members(provider["options"], PROVIDER_OPTIONS, "provider.options")
    assert provider["type"] == "file"
    install = (EXAMPLES.parents[1] / "cmake" / "Install.cmake").read_text()
    assert provider["options"]["path"] == "/usr/share/clawvigil/dashboards"
    assert "DATADIR}/clawvigil/dashboards)" in install, "the dashboards are not installed there"
    print("grafana: both files have the documented members (no Grafana in Debian to ask)")


def check_comments():
    """Each opens with what it is, what to change and how to try it, and holds no secret."""
    files = [path for path in EXAMPLES.rglob("*") if path.is_file() and path.suffix != ".md"]
    assert len(files) >= 9, files
    table = (EXAMPLES / "README.md").read_text()
    for path in files:
        name = str(path.relative_to(EXAMPLES))
        text = path.read_text()
        comment = re.match(r"(#.*\n)+", text)
        assert comment and "\n# Change: " in comment[0], f"{name} does not say what to change"
        assert re.search(r"\n# (Try it|Is it right\?|.*how to try)", comment[0]), f"{name}: how to try it?"
        found = SECRET.search(text)
        assert found is None, f"{name} holds a secret: {found[0]}"
        assert f"]({name})" in table, f"README.md does not name {name}"
    print(f"{len(files)} files begin with their comment and hold no secret")


def main():
    assert RULES.is_dir()
    with tempfile.TemporaryDirectory(prefix="clawvigil-examples-") as directory:
        installed = Installed(pathlib.Path(directory))
        check_comments()
        check_prometheus(installed)
        check_alertmanager(installed)
        check_victoria_metrics(installed)
        check_compose(installed)
        check_grafana()
    if LACKING:
        print(f"SKIPPED: not here: {', '.join(sorted(LACKING))}")
        sys.exit(SKIPPED)


if __name__ == "__main__":
    main()
