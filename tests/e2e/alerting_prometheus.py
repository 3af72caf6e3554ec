#!/usr/bin/env python3
"""The same rules here and in a real Prometheus that scrapes the daemon: the same API, the same
alerts, at the same time."""

import datetime
import socket
import time

from harness.alerting import KEPT, OWN, UNEXPECTED, Home, Told
from harness.case import need_programs, run
from harness.network import ADDRESS, make_network
from harness.processes import free_ports, wait_until
from harness.prometheus import UNJUDGED, Prometheus

SECONDS = 3  # most difference of any moment
PATIENCE = 20
FILE_MODE = "OwnFileMode"
HOLD = 6

FILE_MODE_RULE = f"""\
      - alert: {FILE_MODE}
        expr: clawvigil_file_mode_unsafe{{object="config"}} == 1
        for: {HOLD}s
        labels: {{severity: warning, area: secrets, control: S2}}
        annotations:
          summary: mode {{{{ $value }}}} of {{{{ $labels.home }}}}
          description: >-
            the mode is {{{{ $value | humanize }}}}, unsafe are
            {{{{ range printf "clawvigil_file_mode_unsafe{{home=%q,instance=%q}} == 1" $labels.home
            $labels.instance | query | sortByLabel "object" }}}}{{{{ .Labels.object }}}},
            {{{{- else }}}}none{{{{ end }}}} by version
            {{{{- with query "topk(1, clawvigil_build_info)" }}}} {{{{ . | first | label "version" }}}}
            {{{{- end }}}}
          action: chmod 600
          runbook_url: https://example.org/own
"""

# What only one of the two says, by design: Prometheus leaves lastError and keepFiringSince out when
# they are empty, as we do; its query is printed anew from the parsed expression, ours is the text
# of the file; "unknown" is a health Prometheus does not have, and comes with lastError.
OPTIONAL = {"lastError", "keepFiringSince"}


def moment(text):
    """Seconds of an RFC 3339 time with nanoseconds."""
    whole, _, rest = text.rstrip("Z").partition(".")
    begin = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return begin.timestamp() + float("0." + (rest or "0"))


def alerts_of(api):
    """{(state, labels): alert}"""
    return {
        (alert["state"], tuple(sorted(alert["labels"].items()))): alert
        for alert in api("alerts").get("alerts", [])
    }


def states(api, alertname):
    return [state for state, labels in alerts_of(api) if ("alertname", alertname) in labels]


def groups_of(api):
    return {group["name"]: group for group in api("rules").get("groups", [])}


def rules_of(group):
    return {rule["name"]: rule for rule in group["rules"]}


def expect_same_keys(ours, theirs, place):
    different = (ours.keys() ^ theirs.keys()) - OPTIONAL
    assert not different, f"{place}: only one of the two has {sorted(different)}"


def expect_same_types(ours, theirs, place):
    for key in ours.keys() & theirs.keys():
        a, b = ours[key], theirs[key]
        numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
        assert numbers or type(a) is type(b), f"{place}.{key}: {a!r} and {b!r}"


def expect_same_rules(daemon, prometheus):
    """The same groups and rules with the same members, and equal what does not depend on time."""
    ours, theirs = groups_of(daemon.api), groups_of(prometheus.api)
    assert ours.keys() == theirs.keys(), sorted(ours.keys() ^ theirs.keys())
    count = 0
    for name, group in ours.items():
        expect_same_keys(group, theirs[name], name)
        expect_same_types(group, theirs[name], name)
        assert [r["name"] for r in group["rules"]] == [r["name"] for r in theirs[name]["rules"]]
        for alertname, rule in rules_of(group).items():
            other = rules_of(theirs[name])[alertname]
            expect_same_keys(rule, other, alertname)
            expect_same_types(rule, other, alertname)
            for key in ("duration", "keepFiringFor", "labels", "annotations", "type", "name"):
                assert rule[key] == other[key], f"{alertname}.{key}: {rule[key]} / {other[key]}"
            count += 1
    return count


def expect_same_alerts(case, daemon, prometheus, event):
    """Equal states, labels and texts, which began within SECONDS of each other."""
    pair = []

    def equal():
        pair[:] = [alerts_of(daemon.api), alerts_of(prometheus.api)]
        return pair[0].keys() == pair[1].keys()

    wait_until(lambda: f"{event}: {sorted(pair[0].keys() ^ pair[1].keys())}", equal, PATIENCE)
    for key, ours in pair[0].items():
        theirs = pair[1][key]
        expect_same_keys(ours, theirs, key)
        expect_same_types(ours, theirs, key)
        assert ours["annotations"] == theirs["annotations"], (ours, theirs)
        assert float(ours["value"]) == float(theirs["value"]), (ours, theirs)
        apart = abs(moment(ours["activeAt"]) - moment(theirs["activeAt"]))
        name = ours["labels"]["alertname"]
        # Since the start of each.
        late = name == "Watchdog" or ours["labels"].get("rule") in UNJUDGED
        assert late or apart <= SECONDS, f"{event}: {name} began {apart:.1f} s apart"
    names = sorted({f"{a['labels']['alertname']} {a['state']}" for a in pair[0].values()})
    case.step(f"{event}: both say {', '.join(names)}")


def expect_same_moment(case, daemon, prometheus, alertname, wanted):
    """Both have exactly these states of the rule, first seen within SECONDS of each other."""
    sources = {"clawvigil": daemon.api, "Prometheus": prometheus.api}
    seen = {}

    def arrived():
        for name, api in sources.items():
            if name not in seen and states(api, alertname) == wanted:
                seen[name] = time.monotonic()
        return len(seen) == len(sources)

    wait_until(lambda: f"{alertname} is {wanted}, but {seen}", arrived, 60, every=0.1)
    apart = seen["clawvigil"] - seen["Prometheus"]
    case.step(f"{alertname} {wanted}: clawvigil {apart:+.1f} s after Prometheus")
    assert abs(apart) <= SECONDS, f"{alertname} {wanted}: {apart:.1f} s apart"


def check_socket(case, daemon, prometheus):
    with socket.create_server((ADDRESS, free_ports())):
        expect_same_moment(case, daemon, prometheus, UNEXPECTED, ["firing"])
        expect_same_alerts(case, daemon, prometheus, "a socket is opened")
    expect_same_moment(case, daemon, prometheus, OWN, [])
    expect_same_alerts(case, daemon, prometheus, "it is closed")
    assert states(daemon.api, KEPT) == ["firing"], "keep_firing_for did not hold"


def check_file_mode(case, daemon, prometheus, home):
    home.config.chmod(0o644)
    expect_same_moment(case, daemon, prometheus, FILE_MODE, ["pending"])
    expect_same_alerts(case, daemon, prometheus, "openclaw.json of mode 0644")
    expect_same_moment(case, daemon, prometheus, FILE_MODE, ["firing"])
    expect_same_alerts(case, daemon, prometheus, f"the same {HOLD} s later")
    texts = [alert["annotations"] for alert in alerts_of(daemon.api).values()]
    described = [text["description"] for text in texts if "own" in text["runbook_url"]]
    assert any("unsafe are config, by version 0" in text for text in described), described
    home.config.chmod(0o600)
    expect_same_moment(case, daemon, prometheus, FILE_MODE, [])
    expect_same_alerts(case, daemon, prometheus, "the mode is right again")


def check(case):
    need_programs("prometheus", "promtool")
    make_network()
    home = Home(case, free_ports())
    daemon = Told(case, home, [])
    with daemon.own_rules.open("a") as rules:
        rules.write(FILE_MODE_RULE)
    daemon.start()
    target = case.directory / "exported"
    daemon.command("rules", "export", str(target))
    (target / "external.yml").unlink()  # is for a Prometheus elsewhere, the daemon has no use for it
    prometheus = Prometheus(case, daemon.address, sorted(target.glob("*.yml")))
    wait_until("the first scrape", lambda: prometheus.query("up") == 1, 30)
    wait_until("the first evaluation", lambda: states(prometheus.api, "Watchdog"), 30)

    case.step(f"{expect_same_rules(daemon, prometheus)} rules with the same members in both")
    # Rules that look back cannot be judged in the first half minute after a start.
    prometheus.wait_judged()
    check_socket(case, daemon, prometheus)
    check_file_mode(case, daemon, prometheus, home)
    expect_same_rules(daemon, prometheus)


if __name__ == "__main__":
    run(check, own_network=True, programs=())
