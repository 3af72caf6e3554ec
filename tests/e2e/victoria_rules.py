#!/usr/bin/env python3
"""Every case of alerts/rules/*.test.yml in a real VictoriaMetrics: with the changes that
packaging/examples/victoria-metrics/rules.sed makes, each rule finds what it finds in Prometheus."""

import json
import math
import pathlib
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml
from harness.case import need_programs, run
from harness.processes import Process, free_ports, http_get, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "examples"))
from installed import EXAMPLES, RULES

# The zero of all cases: a noon, as VictoriaMetrics finds no series at the first instant of its first day.
BEGIN = (int(time.time()) - 200 * 86400) // 86400 * 86400 + 43200
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LABEL = re.compile(r'(\w+)\s*=\s*"((?:[^"\\]|\\.)*)"')
NUMBER = r"[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN"
VALUES = re.compile(rf"({NUMBER})(?:([+-]\d+(?:\.\d+)?))?(?:x(\d+))?")
GAP = re.compile(r"_(?:x(\d+))?|stale")
METRIC = re.compile(r"\b(clawvigil_\w+|process_\w+|up|ALERTS)\b(\s*\{)?(?!\s*\()")


def seconds(text):
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)(ms|[smhdw])", str(text)))


def expanded(text):
    """promtool's notation of a series; None where there is no sample."""
    values = []
    for word in str(text).split():
        gap = GAP.fullmatch(word)
        if gap:
            values += [None] * int(gap[1] or 1)
            continue
        match = VALUES.fullmatch(word)
        assert match, f"not understood: {word}"
        first, step, times = float(match[1]), float(match[2] or 0), int(match[3] or 0)
        values += [first + step * index for index in range(times + 1)]
    return values


def read_cases():
    """({(metric, labels with the case's own): [(time, value)]}, [(case, alert, time)])"""
    series, questions = {}, set()
    for path in sorted(RULES.glob("*.test.yml")):
        for number, test in enumerate(yaml.safe_load(path.read_text())["tests"]):
            case, interval = f"{path.name} {number}", seconds(test.get("interval", "1m"))
            for given in test["input_series"]:
                name, _, labels = given["series"].partition("{")
                labels = tuple(LABEL.findall(labels)) + (("case", case),)
                for index, value in enumerate(expanded(given["values"])):
                    if value is not None:
                        base = BEGIN if "timestamp" in name else 0
                        sample = (int(BEGIN + index * interval), base + value)
                        series.setdefault((name, labels), []).append(sample)
            for asked in test.get("alert_rule_test", []):
                moment = BEGIN + seconds(asked["eval_time"])
                questions.add((case, asked["alertname"], moment))
    return series, sorted(questions)


def expressions():
    """{alert: (as it is, as rules.sed makes it)}"""
    found = {}
    for path in sorted(RULES.glob("*.yml")):
        if path.name.endswith(".test.yml"):
            continue
        command = ["sed", "-E", "-f", EXAMPLES / "victoria-metrics/rules.sed", path]
        changed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        ours, theirs = (
            [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
            for text in (path.read_text(), changed)
        )
        for before, after in zip(ours, theirs, strict=True):
            found[before["alert"]] = (before["expr"], after["expr"])
    return found


def only(case, expression):
    """The expression over the series of one case."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', expression)
    for index in range(0, len(parts), 2):
        parts[index] = METRIC.sub(
            lambda match: f'{match[1]}{{case="{case}"' + (", " if match[2] else "}"), parts[index]
        )
    return "".join(parts)


def number(value):
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else repr(value)


def lines_of(series, milliseconds):
    names = {}
    for (name, labels), samples in series.items():
        text = ",".join(f'{label}="{value}"' for label, value in labels)
        names.setdefault(name, []).extend(
            f"{name}{{{text}}} {number(value)} {moment * (1000 if milliseconds else 1)}"
            for moment, value in samples
        )
    return names


class Server:
    def __init__(self, case, name, arguments, ready):
        self.address = f"127.0.0.1:{free_ports(1)}"
        arguments = [argument.format(address=self.address) for argument in arguments]
        process = Process(arguments, case.directory / f"{name}.log")
        case.stack.callback(process.kill)
        url = f"http://{self.address}{ready}"
        wait_until(f"{name} is ready", lambda: http_get(url) is not None, 60)

    def ask(self, expression, moment):
        """{labels: value}"""
        words = urllib.parse.urlencode({"query": expression, "time": moment, "nocache": 1})
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/query?{words}") as answer:
                result = json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{expression}: {error.read().decode()}") from error
        if result and not isinstance(result[0], dict):  # a scalar
            return {(): float(result[1])}
        dropped = ("__name__", "case")
        return {
            tuple(sorted(item for item in one["metric"].items() if item[0] not in dropped)):
                float(one["value"][1])
            for one in result
        }  # fmt: skip


def start_prometheus(case, series):
    data, text = case.directory / "blocks", case.directory / "openmetrics.txt"
    lines = lines_of(series, milliseconds=False)
    families = (f"# TYPE {name} unknown\n" + "\n".join(lines[name]) for name in sorted(lines))
    text.write_text("\n".join(families) + "\n# EOF\n")
    data.mkdir()
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", text, data]
    subprocess.run(command, check=True, capture_output=True)
    config = case.directory / "prometheus.yml"
    config.write_text("global: {}\n")
    arguments = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=10y",
        "--web.listen-address={address}",
    ]
    return Server(case, "prometheus", arguments, "/-/ready")


def start_victoria_metrics(case, series):
    arguments = [
        "victoria-metrics",
        f"-storageDataPath={case.directory}/victoria",
        "-retentionPeriod=10y",
        "-httpListenAddr={address}",
    ]
    server = Server(case, "victoria-metrics", arguments, "/health")
    text = "\n".join(line for lines in lines_of(series, milliseconds=True).values() for line in lines)
    for path, body in (("/api/v1/import/prometheus", text.encode()), ("/internal/force_flush", b"")):
        urllib.request.urlopen(f"http://{server.address}{path}", data=body or None).close()
    return server


def check(case):
    need_programs("prometheus", "promtool", "victoria-metrics")
    series, questions = read_cases()
    rules = expressions()
    assert len(questions) > 400 and len(rules) > 100, (len(questions), len(rules))
    prometheus, victoria = start_prometheus(case, series), start_victoria_metrics(case, series)
    samples = sum(map(len, series.values()))
    case.step(f"{samples} samples of {len(series)} series in both")
    firing, different, without = 0, [], 0
    for place, alert, moment in questions:
        promql, metricsql = (only(place, expression) for expression in rules[alert])
        expected = prometheus.ask(promql, moment)
        firing += bool(expected)
        if victoria.ask(metricsql, moment).keys() != expected.keys():
            different.append(f"{alert} ({place})")
        without += victoria.ask(promql, moment).keys() != expected.keys()
    assert not different, f"judged otherwise: {', '.join(different)}"
    assert firing > 150, f"only {firing} find anything: were the samples stored?"
    assert without, "without rules.sed VictoriaMetrics agrees as well: is it still needed?"
    case.step(f"{len(questions)} judgements, {firing} of them alerts: equal; {without} not without rules.sed")


if __name__ == "__main__":
    run(check, programs=())
