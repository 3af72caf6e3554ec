"""What dashboards take from the bundled rules: severity, area and thresholds, never a copy of them.

Only lines of this form are read, as every rule file has them (tests/dashboards/consistency.py
compares what is found with `clawvigil rules list`):

      - alert: SpendHourHigh
        expr: clawvigil_spend_usd{window="1h"} > 10       (or "|-" and lines that are indented deeper)
          severity: warning
          area: spend
          threshold: "10"
"""

import pathlib
import re

DIRECTORY = pathlib.Path(__file__).resolve().parents[2] / "alerts" / "rules"
RUNBOOK = "https://github.com/clawvigil/clawvigil/blob/main/alerts/RUNBOOK.md"
ALERT = re.compile(r"\s+- alert: (\w+)$")
EXPRESSION = re.compile(r"( +)expr: (.*)$")
SELECTOR = re.compile(r"\b(clawvigil_\w+|process_\w+|up\b)(\{)?")
FIELD = re.compile(r'\s+(severity|area|control|threshold\w*): "?([\w.]+)"?$')


def read():
    """{alert: {"severity": .., "area": .., "threshold": .., ..}}, in the order of the files."""
    rules = {}
    for path in sorted(DIRECTORY.glob("*.yml")):
        if path.name.endswith(".test.yml"):
            continue
        inside = None  # the indentation of an expression that goes on
        for line in path.read_text().splitlines():
            if inside is not None and line.startswith(inside + " "):
                fields["expr"] += " " + line.strip()
                continue
            inside = None
            if alert := ALERT.match(line):
                fields = rules.setdefault(alert[1], {})
            elif rules and (begin := EXPRESSION.match(line)):
                inside = begin[1]
                fields["expr"] = "" if begin[2][:1] in "|>" else begin[2]
            elif rules and (field := FIELD.match(line)):
                fields[field[1]] = field[2]
    return rules


ALL = read()


def severity(alert):
    return ALL[alert]["severity"]


def runbook(alert):
    assert alert in ALL, f"no rule {alert}"
    return f"{RUNBOOK}#{alert.lower()}"


def condition(alert):
    """The rule's own expression, over what the variables select (panels.expand)."""
    return "(" + SELECTOR.sub(lambda found: found[1] + ("{$, " if found[2] else "{$}"),
                              ALL[alert]["expr"].strip()) + ")"  # fmt: skip


def threshold(name):
    """The number of a rule: "SpendHourHigh", or "SpendAnomaly:attended" for threshold_attended."""
    alert, _, which = name.partition(":")
    number = float(ALL[alert]["threshold" + (which and "_" + which)])
    return int(number) if number.is_integer() else number
