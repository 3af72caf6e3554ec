"""Panels that several dashboards show."""

from source import colors, mappings, scores
from source.panels import bars, column, colored, lines, now, over_time, override, rows, table, timeline
from source.rules import condition, runbook, threshold

UNKNOWN_TOO = "Grey is unknown: clawvigil could not read what it needs, which is never counted as good."


AREA = 'area="%s"'
AREAS = ("exposure", "access", "spend", "secrets", "agent", "host", "self")


def by_area(kind):
    """A query for each area, in this order."""
    return [
        kind(f"max({scores.rules('area', AREA % area)})", area, "ABCDEFG"[index])
        for index, area in enumerate(AREAS)
    ]


def rules_over_time(area, title="What was not right, and when"):
    """A row for every rule that was not ok within the time shown."""
    state = f"clawvigil_rule_state{{$, {area}}}"
    was = f"max by (rule) (max_over_time({state}[$__range])) > 0"
    return timeline(
        title,
        f"""Every rule of this area that was not ok at some time shown; nothing here is good. Orange and
        red have been told to you; blue is for your information. {UNKNOWN_TOO} What to do for each is in
        the runbook, under the rule's name.""",
        over_time(f"{scores.rules('rule', area)} and on (rule) {was}", "{{rule}}"),
        mappings=mappings.BADNESS,
        no_value="All rules were ok",
    )


def broken_rules(area=""):
    """The rules that are not ok now, the worst first, each linked to its section of the runbook."""
    link = {
        "title": "How to repair ${__data.fields.Rule}",
        "url": runbook("GatewayExposed").partition("#")[0] + "#${__data.fields.Anchor.text}",
        "targetBlank": True,
    }
    worst = scores.rules("rule, area, instance", area)
    return table(
        "What to do now",
        f"""Every rule that is not ok, the worst first. Click a rule: the runbook says what it means, how to
        check, how to repair and how to accept it. Empty is good. {UNKNOWN_TOO}""",
        [
            rows(f'label_replace({worst} > 0, "anchor", "$1", "rule", "(.+)")'),
        ],
        [
            column("Value", "State", 92, "center", mappings=mappings.BADNESS,
                   custom_cellOptions=colored()),
            column("rule", "Rule", links=[link], custom_minWidth=230),
            column("area", "Area", 92),
            column("instance", "Host", 92),
            column("anchor", "Anchor", mappings=mappings.ANCHORS, custom_hidden=True,
                   custom_hideFrom={"legend": False, "tooltip": False, "viz": True}),
        ],
        sort="State",
        descending=True,
        no_value="Nothing: every rule is ok",
    )  # fmt: skip


def spend_band(title, height_of="1h"):
    """Cost within an hour, in the band of what is usual."""
    band = 'clawvigil_spend_baseline_usd{$, window="%s", bound="%s"}'
    targets = [
        over_time(f'sum(clawvigil_spend_usd{{$, window="{height_of}"}})', "spent"),
        over_time(f"sum({band % (height_of, 'usual')})", "usual", "B"),
        over_time(f"sum({band % (height_of, 'high')})", "unusual from here", "C"),
    ]
    return lines(
        title,
        """What the hour before each moment cost, and the band your own past weeks call usual at that hour
        and day. Within the band is good. Above it, look at the dashboard Spend for who and what; to stop
        the agent, run as its user: openclaw gateway stop. Without enough history there is no band.""",
        targets,
        ("SpendAnomaly", "SpendHourHigh", "SpendHourExtreme"),
        unit="currencyUSD",
        decimals=2,
        overrides=[
            override("spent", color={"mode": "fixed", "fixedColor": "#5794f2"}, custom_lineWidth=2,
                     custom_fillOpacity=0),
            override("usual", color={"mode": "fixed", "fixedColor": colors.GOOD},
                     custom_lineWidth=1, custom_fillOpacity=0),
            override("unusual from here", color={"mode": "fixed", "fixedColor": colors.WARNING},
                     custom_lineWidth=1, custom_lineStyle={"fill": "dash", "dash": [6, 6]},
                     custom_fillBelowTo="usual", custom_fillOpacity=12),
        ],
    )  # fmt: skip


# Exactly what the rules say of listeners.
UNEXPECTED = f"({condition('UnexpectedListener')} or {condition('UnexpectedUdpListener')})"


def listeners(title="Who listens for others"):
    return table(
        title,
        """Sockets that others than this machine can reach, from the kernel's own table. Good is a short
        list in which every row is yours. A row that is not expected: find out whose it is (ss -tlnp), stop
        it, or accept it with: clawvigil accept listener tcp/443 --comment "reverse proxy".""",
        rows(f'label_replace({UNEXPECTED} * 2 or clawvigil_listening_socket_info{{$, scope!="loopback"}}, '
             '"unit", "–", "unit", "")'),
        [
            column("Value", "Expected", 92, "center", mappings=mappings.words(
                (1, "Yes", colors.GOOD), (2, "No", colors.of("UnexpectedListener"))),
                custom_cellOptions=colored()),
            column("port", "Port", 70, "right"),
            column("protocol", "Protocol", 80),
            column("scope", "Reached from", 120, mappings=mappings.words(
                ("any", "everywhere", "text"), ("public", "internet", "text"),
                ("private", "own network", "text"), ("tailnet", "tailnet", "text"))),
            column("unit", "Unit"),
            column("user", "User", 90),
            column("instance", "Host", 92),
        ],
        ("UnexpectedListener", "UnexpectedUdpListener", "GatewayExposed"),
        sort="Expected",
        descending=True,
        no_value="Nobody but this machine can connect",
    )  # fmt: skip


DAY = 86400
AGE = ('(time() - clawvigil_credential_created_timestamp_seconds{$, kind!~"ssh_host|ssh_user|session"})'
       f" / {DAY}")  # fmt: skip


def key_ages(most=12):
    limit = threshold("CredentialTooOld") // DAY
    named = f'label_replace({AGE}, "name", "$1", "credential", "(.+?)(?:/default)?")'
    return bars(
        f"Oldest credentials, in days (rotate after {limit})",
        """How long each credential of OpenClaw has been in use: the oldest. Green is good; from the
        limit on make a new one at its provider and put it in, which clawvigil notices by itself. If you know
        better when one was issued, say so in clawvigil.yml under keys.credentials; a limit given there shows
        under "Rotate in" on the dashboard Secrets, not here.""",
        now(f"sort_desc(topk({most}, max by (name, instance) ({named})))", "{{name}} on {{instance}}"),
        ("CredentialTooOld", "CredentialExpiring"),
        unit="none",
        decimals=0,
        least=0,
        most=round(limit * 4 / 3),
        thresholds=colors.above("CredentialTooOld", per=DAY),
        names="top",
        no_value="No credential is known",
    )  # fmt: skip
