#!/usr/bin/env python3
"""The committed dashboards: made from their source, naming only what is exported, with the thresholds of
the rules, and as grafana's dashboard-linter wants them (its rules of June 2026, named in the tests)."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIRECTORY = ROOT / "dashboards"
sys.path.insert(0, str(DIRECTORY))

from source import colors, rules, scores  # noqa: E402
from source.panels import expand  # noqa: E402

SELECTOR = re.compile(r"\b((?:clawvigil|process)_\w+|up|ALERTS)\b(\{[^}]*\})?(\[)?")
MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
LABELS_OF = re.compile(r"\b(?:by|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
MADE = re.compile(r'label_replace\(.*?,\s*"(\w+)"\s*,\s*"[^"]*"\s*,\s*"\w*"\s*,')
LEGEND = re.compile(r"\{\{(\w+)\}\}")
ROW = re.compile(r"^\| `(\w+)` \| \w+ \| ([^|]*) \|", re.M)
OF_TARGET = {"job", "instance"}  # what Prometheus adds
CORE = {"stat", "bargauge", "timeseries", "table", "state-timeline"}  # what every Grafana brings along
# Of dashboard-linter's list of valid units, those in use.
UNITS = {"none", "short", "percentunit", "currencyUSD", "bytes", "decbytes", "s"}
GENERATED = {"$__rate_interval": "5m", "$__range": "1d", "$__interval": "1m", "$job": ".+", "$instance": ".+"}


def committed():
    return {path.stem: json.loads(path.read_text()) for path in sorted(DIRECTORY.glob("*.json"))}


DASHBOARDS = committed()
PANELS = [(name, panel) for name, made in DASHBOARDS.items() for panel in made["panels"]]


def place(name, panel):
    return f"{name}: {panel['title']}"


def expressions(panel):
    return [target["expr"] for target in panel["targets"]]


def families():
    """{metric: labels}, from the reference that a test compares with the descriptors."""
    text = (ROOT / "collectors" / "METRICS.md").read_text()
    found = {m[1]: {label for label in re.split(r",\s*", m[2].strip()) if label} for m in ROW.finditer(text)}
    found["up"] = set()
    found["ALERTS"] = {"alertname", "alertstate", "severity", "area"}
    return found


def linked_rules(panel):
    return [link["title"].removeprefix("Runbook: ") for link in panel["links"]]


class Committed(unittest.TestCase):
    def test_is_what_the_source_makes(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([sys.executable, DIRECTORY / "generate", directory], check=True)
            for name in DASHBOARDS:
                made = (pathlib.Path(directory) / f"{name}.json").read_text()
                self.assertEqual((DIRECTORY / f"{name}.json").read_text(), made,
                                 f"{name}: run dashboards/generate")  # fmt: skip
            self.assertEqual({path.stem for path in pathlib.Path(directory).iterdir()}, set(DASHBOARDS))

    def test_is_complete(self):
        self.assertEqual(set(DASHBOARDS), {"overview", "exposure", "spend", "secrets", "host", "fleet"})


class Names(unittest.TestCase):
    def check(self, where, expression, legends=()):
        known = families()
        available = set(OF_TARGET) | set(MADE.findall(expression))
        found = list(SELECTOR.finditer(re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: blank(m[0]), expression)))
        self.assertTrue(found, f"{where}: no metric in {expression}")
        for selector in found:
            self.assertTrue(selector[1] in known, f"{where}: nobody exports {selector[1]}")
            available |= known[selector[1]]
            for label in MATCHER.findall(selector[2] or ""):
                self.assertIn(label, known[selector[1]] | OF_TARGET, f"{where}: {selector[0]}")
        for group in LABELS_OF.findall(expression):
            for label in filter(None, re.split(r"[,\s]+", group)):
                self.assertIn(label, available, f"{where}: {expression}")
        for label in legends:
            self.assertIn(label, available, f"{where}: legend")

    def test_are_declared(self):
        for name, panel in PANELS:
            for target in panel["targets"]:
                self.check(place(name, panel), target["expr"], LEGEND.findall(target["legendFormat"]))

    def test_of_variables_and_annotations_are_declared(self):
        known = families()
        for name, made in DASHBOARDS.items():
            for annotation in made["annotations"]["list"]:
                if "expr" in annotation:
                    self.check(name, annotation["expr"])
            for variable in made["templating"]["list"][1:]:
                self.assertIn(SELECTOR.search(variable["query"]["query"])[1], known)

    def test_columns_are_labels_or_values(self):
        for name, panel in PANELS:
            if panel["type"] != "table":
                continue
            labels = set(OF_TARGET)
            for expression in expressions(panel):
                labels |= set(MADE.findall(expression))
                for selector in SELECTOR.finditer(expression):
                    labels |= families().get(selector[1], set())
            values = {"Value"} if len(panel["targets"]) == 1 else {
                f"Value #{target['refId']}" for target in panel["targets"]}  # fmt: skip
            for step in panel["transformations"]:
                if step["id"] == "filterFieldsByName":
                    for column in step["options"]["include"]["names"]:
                        self.assertIn(column, labels | values, place(name, panel))

    def test_every_expression_is_promql(self):
        if shutil.which("promtool") is None:
            self.skipTest("SKIPPED: no promtool (package prometheus)")
        every = [expression for _, panel in PANELS for expression in expressions(panel)]
        every += [a["expr"] for made in DASHBOARDS.values() for a in made["annotations"]["list"] if "expr" in a]
        records = [{"record": f"panel:{index}", "expr": substituted(one)} for index, one in enumerate(every)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"groups": [{"name": "dashboards", "rules": records}]}, file)  # JSON is YAML
            file.flush()
            told = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
        self.assertEqual(told.returncode, 0, told.stderr + told.stdout)


def strip_texts(expression):
    """Without the literals that are no value of a matcher: names of labels may look like metrics."""
    literal = re.compile(r'([=~]\s*)?"(?:[^"\\]|\\.)*"')
    return literal.sub(lambda found: found[0] if found[1] else '""', expression)


def blank(text):
    """A string literal without what could be taken for a metric."""
    return '"' + re.sub(r"\w", "x", text[1:-1]) + '"'


def substituted(expression):
    for variable, value in GENERATED.items():
        expression = expression.replace(variable, value)
    return expression


class Thresholds(unittest.TestCase):
    def test_the_rules_are_read_as_clawvigil_reads_them(self):
        listed = subprocess.run([os.environ["CLAWVIGIL_BINARY"], "rules", "list"], capture_output=True,
                                text=True, check=True).stdout.splitlines()[1:]  # fmt: skip
        for line in listed[: listed.index("")]:
            area, name, severity, _, numbers = line.split(None, 4)
            ours = rules.ALL[name]
            self.assertEqual((ours["area"], ours["severity"]), (area, severity), name)
            told = dict(reversed(one.split(" ")[-2:]) if " " in one else (one, "")
                        for one in numbers.rstrip(" -").split(", ") if one)  # fmt: skip
            said = {ours[key]: key[len("threshold_"):] for key in ours if key.startswith("threshold")}
            self.assertEqual(said, told, name)

    def test_are_those_of_the_rules_a_panel_links(self):
        """In the rule's own unit, or in the days or hours the query divides by."""
        checked = 0
        for name, panel in PANELS:
            text = " ".join(expressions(panel))
            scales = [1] + [seconds for seconds in (3600, 86400) if f"/ {seconds}" in text]
            allowed = {}
            for rule in linked_rules(panel):
                for key, number in rules.ALL[rule].items():
                    if key.startswith("threshold"):
                        for scale in scales:
                            allowed.setdefault(round(float(number) / scale, 6), set()).add(rule)
            for steps in thresholds_of(panel):
                for step in steps[1:]:
                    if step["value"] in (0, 1):
                        continue  # what is either so or not
                    self.assertIn(step["value"], allowed, place(name, panel))
                    checked += 1
                known = {colors.of(rule) for rule in linked_rules(panel)} | {
                    colors.GOOD, colors.UNKNOWN, colors.PENDING, "text"}  # fmt: skip
                self.assertLessEqual({step["color"] for step in steps}, known, place(name, panel))
        self.assertGreater(checked, 30)

    def test_a_query_repeats_no_number_of_a_rule(self):
        """Comparisons are with 0, 1 or a state; other limits come from the rules a panel links."""
        compared = re.compile(r"[<>=]=?\s*(?:bool\s+)?(\d+(?:\.\d+)?)\b")
        for name, panel in PANELS:
            known = {float(number) / scale for rule in linked_rules(panel)
                     for key, number in rules.ALL[rule].items() if key.startswith("threshold")
                     for scale in (1, 3600, 86400)}  # fmt: skip
            for expression in expressions(panel):
                for number in compared.findall(re.sub(r'"[^"]*"', '""', expression)):
                    fine = float(number) in {0, 1, 2, 3, 5, 0.005} | known
                    self.assertTrue(fine, f"{place(name, panel)}: {number}")


class Computed(unittest.TestCase):
    """What Prometheus makes of an expression."""

    def setUp(self):
        if shutil.which("promtool") is None:
            self.skipTest("SKIPPED: no promtool (package prometheus)")

    def amounts_to(self, expected, series, expression=scores.EVERYTHING, at="10m"):
        """`series` is {selector: values}; instance a unless it says otherwise."""
        rules_of_host = {"clawvigil_rule_state" + name: values for name, values in series.items()
                         if name.startswith("{")}  # fmt: skip
        others = {name: values for name, values in series.items() if not name.startswith("{")}
        inputs = [{"series": name.replace("{", '{job="clawvigil",').replace("}", ',instance="a"}'),
                   "values": values} for name, values in rules_of_host.items()]  # fmt: skip
        inputs += [{"series": name, "values": values} for name, values in others.items()]
        samples = [] if expected is None else [{"labels": "{}", "value": expected}]
        test = {"interval": "1m", "input_series": inputs, "promql_expr_test": [
            {"expr": substituted(expand(expression)), "eval_time": at, "exp_samples": samples}]}  # fmt: skip
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"tests": [test]}, file)
            file.flush()
            told = subprocess.run(["promtool", "test", "rules", file.name], capture_output=True, text=True)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)


class Credentials(Computed):
    """A limit of the owner's own counts in place of the rule's."""

    AGE, DAY = 100, 86400

    def check(self, own, too_old, left):
        labels = '{job="j",instance="a",home="h",credential="c"}'
        kind = labels.replace("}", ',kind="model"}')
        series = {"clawvigil_credential_created_timestamp_seconds" + kind: f"{600 - self.AGE * self.DAY}x20"}
        if own is not None:
            series["clawvigil_credential_max_age_seconds" + labels] = f"{own} " * 20
        panels = {panel["title"]: expressions(panel) for panel in DASHBOARDS["secrets"]["panels"]}
        (count,), (_, rotate) = panels["Credentials too old"], panels["Every credential"]
        self.amounts_to(too_old, series, count)
        self.amounts_to(left, series, f"sum({rotate})")

    def test_the_limit_is_the_rules(self):
        limit = rules.threshold("CredentialTooOld") / self.DAY
        self.assertLess(limit, self.AGE)
        self.check(None, 1, limit - self.AGE)

    def test_or_the_owners(self):
        self.check(120 * self.DAY, 0, 20)
        self.check(30 * self.DAY, 1, -70)
        self.check("Inf", 0, None)  # it is to be ignored


class Scores(Computed):
    """The lights: what each state of rules and hosts amounts to."""

    BUILD = "clawvigil_build_info"

    @staticmethod
    def rule(severity, state, name="R", area="host"):
        return {f'{{rule="{name}",severity="{severity}",area="{area}"}}': f"{state}x10"}

    def test_the_worst_rule_decides(self):
        rule = self.rule
        self.amounts_to(0, rule("critical", 0))
        self.amounts_to(1, rule("critical", 0) | rule("info", 3, "I"))
        self.amounts_to(2, rule("critical", 2) | rule("info", 3, "I"))
        self.amounts_to(4, rule("critical", 1) | rule("warning", 3, "W"))
        self.amounts_to(5, rule("critical", 3) | rule("warning", 3, "W"))

    def test_unknown_is_worse_than_ok_whatever_the_rule(self):
        for severity in ("info", "warning", "critical"):
            self.amounts_to(3, self.rule(severity, 1) | self.rule("critical", 0, "C"))

    def test_the_heartbeat_is_no_news(self):
        self.amounts_to(0, self.rule("info", 3, "Watchdog") | self.rule("critical", 0))

    def test_nothing_is_not_ok(self):
        self.amounts_to(None, {})

    def test_areas_are_apart(self):
        series = self.rule("critical", 3, area="host") | self.rule("critical", 0, "S", "spend")
        self.amounts_to(0, series, f"""max({scores.rules("area", 'area="spend"')})""")

    def test_who_does_not_answer_is_critical(self):
        up = 'up{job="clawvigil",instance="b"}'
        seen = self.BUILD + '{job="clawvigil",instance="b"}'
        well = self.rule("critical", 0)
        self.amounts_to(0, well | {up: "1x20", seen: "1x20"}, at="10m")
        self.amounts_to(5, well | {up: "1x5 0x15", seen: "1x5 _x15"}, at="10m")  # it is down
        self.amounts_to(5, self.rule("critical", 0) | {seen: "1x2", up: "1x2"}, at="10m")  # or gone
        other = 'up{job="node",instance="c"}'
        self.amounts_to(0, well | {other: "0x20"}, at="10m")  # of another exporter


def thresholds_of(panel):
    yield panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    for override in panel["fieldConfig"]["overrides"]:
        for one in override["properties"]:
            if one["id"] == "thresholds":
                yield one["value"]["steps"]


class Linter(unittest.TestCase):
    """The names are those of dashboard-linter's rules."""

    def each(self, check):
        for name, panel in PANELS:
            with self.subTest(place(name, panel)):
                check(panel)

    def test_template_rules(self):
        for name, made in DASHBOARDS.items():
            source, job, instance = made["templating"]["list"]
            self.assertEqual((source["type"], source["name"], source["label"], source["query"]),
                             ("datasource", "datasource", "Data Source", "prometheus"), name)  # fmt: skip
            for variable, wanted in ((job, "job"), (instance, "instance")):
                self.assertEqual((variable["name"], variable["label"]), (wanted, wanted))
                self.assertEqual(variable["datasource"]["uid"], "$datasource")
                self.assertEqual((variable["type"], variable["multi"], variable["includeAll"],
                                  variable["allValue"], variable["refresh"]),
                                 ("query", True, True, ".+", 2))  # fmt: skip

    def test_panel_datasource_rule(self):
        self.each(lambda panel: self.assertEqual(
            {panel["datasource"]["uid"]} | {t["datasource"]["uid"] for t in panel["targets"]},
            {"${datasource}"}))  # fmt: skip

    def test_panel_title_description_rule(self):
        def check(panel):
            self.assertTrue(panel["title"])
            self.assertRegex(panel["description"], r"[Gg]ood|no good or bad")
            self.assertGreater(len(panel["description"]), 60)

        self.each(check)

    def test_panel_units_rule(self):
        self.each(lambda panel: self.assertIn(panel["fieldConfig"]["defaults"]["unit"], UNITS))

    def test_panel_no_targets_rule(self):
        self.each(lambda panel: self.assertTrue(panel["targets"]))

    def test_target_rate_interval_rule(self):
        windows = re.compile(r"\b(rate|irate)\(\w+\{[^}]*\}\[([^\]]+)\]")
        for name, panel in PANELS:
            for expression in expressions(panel):
                for _, window in windows.findall(expression):
                    self.assertEqual(window, "$__rate_interval", place(name, panel))

    def test_target_job_and_instance_rules(self):
        for name, panel in PANELS:
            for expression in expressions(panel):
                for selector in SELECTOR.finditer(strip_texts(expression)):
                    for wanted in ('job=~"$job"', 'instance=~"$instance"'):
                        self.assertIn(wanted, selector[2] or "", place(name, panel))

    def test_target_counter_agg_rule(self):
        for name, panel in PANELS:
            for expression in expressions(panel):
                for found in re.finditer(r"(\w+\()?\w+_total\{[^}]*\}(\[)?", expression):
                    self.assertIn(found[1], ("rate(", "irate(", "increase("), place(name, panel))
                    self.assertEqual(found[2], "[", place(name, panel))

    def test_uneditable_dashboard(self):
        for made in DASHBOARDS.values():
            self.assertIs(made["editable"], False)


class Conventions(unittest.TestCase):
    def test_of_files(self):
        for name, made in DASHBOARDS.items():
            self.assertEqual(made["uid"], f"clawvigil-{name}")
            self.assertLessEqual(len(made["uid"]), 40)
            self.assertIsNone(made["id"])
            self.assertTrue(39 <= made["schemaVersion"] <= 41)
            self.assertNotIn("__inputs", made)  # one file for import and provisioning
            self.assertLessEqual(len(made["panels"]), 20, name)
            self.assertEqual(made["links"][0]["tags"], made["tags"])
            self.assertTrue(made["links"][0]["asDropdown"])

    def test_of_panels(self):
        for name, made in DASHBOARDS.items():
            identifiers = [panel["id"] for panel in made["panels"]]
            self.assertEqual(identifiers, list(range(1, len(identifiers) + 1)))
            titles = [panel["title"] for panel in made["panels"]]
            self.assertEqual(len(set(titles)), len(titles), name)
            for panel in made["panels"]:
                self.assertIn(panel["type"], CORE, place(name, panel))
                self.assertTrue(panel["fieldConfig"]["defaults"].get("noValue") or
                                panel["type"] == "timeseries", place(name, panel))  # fmt: skip

    def test_panels_fill_the_grid_without_overlap(self):
        for name, made in DASHBOARDS.items():
            taken = {}
            for panel in made["panels"]:
                grid = panel["gridPos"]
                for x in range(grid["x"], grid["x"] + grid["w"]):
                    for y in range(grid["y"], grid["y"] + grid["h"]):
                        self.assertNotIn((x, y), taken, place(name, panel))
                        taken[x, y] = panel["title"]
            rows = max(y for _, y in taken) + 1
            self.assertEqual(len(taken), 24 * rows, f"{name} has holes or is too wide")

    def test_links_lead_somewhere(self):
        headings = set(re.findall(r"^## (\w+)$", (ROOT / "alerts" / "RUNBOOK.md").read_text(), re.M))
        uids = {made["uid"] for made in DASHBOARDS.values()}
        for name, panel in PANELS:
            for rule in linked_rules(panel):
                self.assertIn(rule, headings, place(name, panel))
            for link in panel["links"]:
                self.assertEqual(link["url"], rules.runbook(linked_rules({"links": [link]})[0]))
            for uid in re.findall(r'"/d/([\w-]+)', json.dumps(panel)):
                self.assertIn(uid, uids, place(name, panel))

    def test_every_rule_has_its_anchor_in_the_list_of_what_is_broken(self):
        (panel,) = [p for _, p in PANELS if p["title"] == "What to do now"]
        mapped = next(one["value"][0]["options"] for override in panel["fieldConfig"]["overrides"]
                      for one in override["properties"]
                      if one["id"] == "mappings" and override["matcher"]["options"] == "Anchor")  # fmt: skip
        self.assertEqual({rule: rule.lower() for rule in rules.ALL},
                         {rule: entry["text"] for rule, entry in mapped.items()})  # fmt: skip

    def test_every_control_is_shown(self):
        """By a panel that links one of its rules; every area by a panel over its rules."""
        linked = {rule for _, panel in PANELS for rule in linked_rules(panel)}
        controls = {}
        for rule, fields in rules.ALL.items():
            controls.setdefault(fields["control"], set()).add(rule)
        self.assertGreater(len(controls), 25)
        for control, of_it in controls.items():
            self.assertTrue(linked & of_it, f"no panel shows {control}: {sorted(of_it)}")
        shown = " ".join(e for _, panel in PANELS for e in expressions(panel))
        for area in {fields["area"] for fields in rules.ALL.values()}:
            self.assertRegex(shown, rf'area=~?"([^"]*\|)?{area}(\|[^"]*)?"')

    def test_unknown_is_never_good(self):
        """Every mapping to words says unknown for what is missing, and not in the colour of good."""
        for name, panel in PANELS:
            fields = [panel["fieldConfig"]["defaults"].get("mappings")]
            fields += [one["value"] for override in panel["fieldConfig"]["overrides"]
                       for one in override["properties"] if one["id"] == "mappings"]  # fmt: skip
            for mapping in filter(None, fields):
                special = [one["options"]["result"] for one in mapping if one["type"] == "special"]
                if not special:
                    self.assertEqual(mapping, mappings_without_colour(mapping), place(name, panel))
                for result in special:
                    self.assertEqual((result["text"], result["color"]), ("Unknown", colors.UNKNOWN))


def mappings_without_colour(mapping):
    return [one for one in mapping if all("color" not in entry for entry in one["options"].values())]


if __name__ == "__main__":
    unittest.main()
