"""One row for every host, and whether clawvigil itself is well."""

from source import colors, mappings, scores
from source.dashboard import dashboard, row
from source.panels import column, colored, lines, over_time, rows, stat, table, timeline
from source.rules import condition
from source.shared import AGE, DAY, UNKNOWN_TOO

SIZE = {"valueSize": 36}
HERE = f"(up{{$}} and on (instance, job) {scores.SEEN})"


def counts():
    return [
        stat("Number of hosts",
             "Hosts that were watched within a day. Good is as many as you have.",
             f"count(group by (instance, job) ({scores.SEEN}))", ("ClawvigilInstanceGone",),
             thresholds=colors.plain("text"), no_value="None", size=SIZE),
        stat("Unreachable",
             """Hosts whose clawvigil does not answer. Good is 0. Is the machine on? systemctl status clawvigil
             there, and the tunnel or tailnet to it.""",
             f"count({HERE} == 0) or 0 * count({HERE})", ("ClawvigilDown", "ClawvigilInstanceGone"),
             thresholds=colors.any_is("ClawvigilDown"), no_value="Unknown", size=SIZE),
        stat("Hosts in danger",
             "Good is 0. Click a host in the table below; its rows say what to do.",
             f"count({scores.HOSTS} == 5) or 0 * count({scores.HOSTS})",
             ("ClawvigilDown",),
             thresholds=colors.any_is("ClawvigilDown"), no_value="Unknown", size=SIZE),
        stat("Spent, 24 hours",
             "Cost of all agents on all hosts. Good is what you expect; the limit of SpendDayHigh is for each home.",
             'sum(clawvigil_spend_usd{$, window="24h"})', ("SpendDayHigh",),
             unit="currencyUSD", decimals=2, thresholds=colors.plain("text"), no_value="Unknown", size=SIZE),
        stat("Collectors that fail",
             """Parts of clawvigil that could not read what they should, in their last run. Good is 0: see
             journalctl -u clawvigil on that host.""",
             "count(clawvigil_collector_success{$} == 0) or 0 * count(clawvigil_collector_success{$})",
             ("CollectorFailing", "CollectorStale", "CollectorUnreliable"),
             thresholds=colors.any_is("CollectorFailing"), no_value="Unknown", size=SIZE),
        stat("Messages that wait",
             "Notifications not delivered yet. Good is 0: see notify test, and the receiver's section of the runbook.",
             "sum(clawvigil_notification_queue_length{$}) or 0 * count(clawvigil_build_info{$})",
             ("NotificationQueueLong", "NotifierFailing", "NotificationsLost"),
             thresholds=colors.above("NotificationQueueLong"), no_value="Unknown", size=SIZE),
    ]  # fmt: skip


def by_host(expression):
    return f"max by (instance) ({expression})"


def count_of(state, severity):
    rule = f'clawvigil_rule_state{{$, rule!="Watchdog"{severity}}}'
    return f"sum by (instance) ({rule} == bool {state})"


def hosts():
    link = {"title": "This host", "targetBlank": False,
            "url": "/d/clawvigil-overview?var-datasource=${datasource}&var-instance=${__value.raw}"}  # fmt: skip
    exposed = mappings.flag("No", "Yes", "GatewayExposed")
    text = {"type": "color-text"}
    return table(
        "Hosts",
        f"""One row for each, the worst first. Click a host for its overview. {UNKNOWN_TOO} A host that does not
        answer is critical, whatever it last said, and its numbers are missing.""",
        [
            rows(f"max by (instance) ({scores.HOSTS})", "A"),
            rows(f"max by (instance) {HERE}", "B"),
            rows(count_of(3, ', severity="critical"'), "C"),
            rows(count_of(3, ', severity="warning"'), "D"),
            rows(count_of(1, ""), "E"),
            rows(by_host("clawvigil_gateway_exposed{$}"), "F"),
            rows('sum by (instance) (clawvigil_spend_usd{$, window="24h"})', "G"),
            rows(by_host("clawvigil_budget_spent_ratio{$}"), "H"),
            rows(by_host(AGE), "I"),
            rows("sum by (instance) (clawvigil_package_security_updates_pending{$})", "J"),
            rows(by_host("(time() - clawvigil_backup_last_success_timestamp_seconds{$}) / 3600"), "K"),
        ],
        [
            column("instance", "Host", links=[link]),
            column("Value #A", "State", 96, "center", mappings=mappings.BADNESS,
                   custom_cellOptions=colored()),
            column("Value #B", "Reached", 92, "center", custom_cellOptions=colored(),
                   mappings=mappings.flag("Yes", "No", "ClawvigilDown", 0)),
            column("Value #C", "Critical", 86, "right",
                   thresholds=colors.any_is("GatewayExposed"), custom_cellOptions=text),
            column("Value #D", "Warnings", 96, "right",
                   thresholds=colors.any_is("UnexpectedListener"), custom_cellOptions=text),
            column("Value #E", "Unknown", 96, "right",
                   thresholds=colors.steps(colors.GOOD, (1, colors.UNKNOWN)), custom_cellOptions=text),
            column("Value #F", "Exposed", 92, "center", mappings=exposed, custom_cellOptions=colored()),
            column("Value #G", "Spent, 24 h", 110, "right", unit="currencyUSD", decimals=2,
                   thresholds=colors.above("SpendDayHigh"), custom_cellOptions=text),
            column("Value #H", "Of budget", 104, "right", unit="percentunit", decimals=0,
                   thresholds=colors.above("BudgetHalfSpent", "BudgetNearlySpent", "BudgetExceeded"),
                   custom_cellOptions=text),
            column("Value #I", "Oldest key", 104, "right", unit="suffix: d", decimals=0,
                   thresholds=colors.above("CredentialTooOld", per=DAY), custom_cellOptions=text),
            column("Value #J", "Updates", 92, "right",
                   thresholds=colors.any_is("SecurityUpdatesPending"), custom_cellOptions=text),
            column("Value #K", "Backup", 92, "right", unit="suffix: h", decimals=0,
                   thresholds=colors.above("BackupTooOld", per=3600), custom_cellOptions=text),
        ],
        ("ClawvigilDown", "GatewayExposed", "SpendDayHigh", "BudgetHalfSpent", "BudgetNearlySpent", "BudgetExceeded",
         "CredentialTooOld", "SecurityUpdatesPending", "BackupTooOld", "UnexpectedListener"),
        sort="State",
        descending=True,
        decimals=0,
        no_value="No host is watched",
    )  # fmt: skip


def hosts_over_time():
    return timeline(
        "Hosts over time",
        f"""The worst rule of each host, and when it did not answer. All green is good. {UNKNOWN_TOO}""",
        over_time(scores.HOSTS, "{{instance}}"),
        ("ClawvigilDown", "ClawvigilRestarting"),
        mappings=mappings.BADNESS,
        no_value="No data",
    )


def areas_of_hosts():
    return timeline(
        "Areas of hosts over time",
        f"""What is not right where: only areas that were not ok at some time shown. {UNKNOWN_TOO}""",
        over_time(f"{scores.rules('instance, area')} and on (instance, area) max by (instance, area) "
                  '(max_over_time(clawvigil_rule_state{$, rule!="Watchdog"}[$__range])) > 0',
                  "{{instance}} {{area}}"),
        ("RuleUnknown",),
        mappings=mappings.BADNESS,
        no_value="All was ok",
    )  # fmt: skip


def spend():
    return lines(
        "Cost in 24 hours, by host",
        """What each host spent in the day before each moment. Good is below the line, and a shape you know.""",
        over_time('sum by (instance) (clawvigil_spend_usd{$, window="24h"})', "{{instance}}"),
        ("SpendDayHigh",),
        unit="currencyUSD",
        decimals=2,
        limit="SpendDayHigh",
    )


def memory():
    return lines(
        "Memory of clawvigil",
        """The watcher's own memory. Good is flat, and far below the limit of ClawvigilMemoryHigh.""",
        over_time("process_resident_memory_bytes{$} and on (instance, job) clawvigil_build_info{$}",
                  "{{instance}}"),
        ("ClawvigilMemoryHigh", "ClawvigilRestarting"),
        unit="decbytes",
        decimals=0,
        limit="ClawvigilMemoryHigh",
        room=0.25,
    )  # fmt: skip


def oldest_readings():
    age = "(time() - clawvigil_collector_last_success_timestamp_seconds{$})"
    return table(
        "Collectors, the longest silent",
        """Good is within their interval. Stale by the rule CollectorStale, what they show is old: see
        journalctl -u clawvigil.""",
        [
            rows(f"topk(8, max by (instance, collector) ({age}))", "A"),
            rows(f"max by (instance, collector) ({condition('CollectorStale')} * 0 + 1 or {age} * 0)"
                 f" and on (instance, collector) topk(8, {age})", "B"),
        ],
        [
            column("collector", "Collector"),
            column("Value #A", "Silent for", 110, "right", unit="s", decimals=0),
            column("Value #B", "State", 92, "center", custom_cellOptions=colored(),
                   mappings=mappings.flag("OK", "Stale", "CollectorStale")),
            column("instance", "Host", 92),
        ],
        ("CollectorStale", "CollectorFailing", "ReadingsMissing"),
        sort="Silent for",
        descending=True,
        no_value="No collector runs",
    )  # fmt: skip


def unknowns():
    return table(
        "What could not be determined",
        """Readings that are missing, by collector and reason; the rules that need them are unknown. Good is
        empty. "not_found" is often something this host does not have; "denied" is a permission to repair.""",
        rows("max by (instance, collector, reason) (clawvigil_unknown{$}) > 0"),
        [
            column("collector", "Collector"),
            column("reason", "Reason", 120),
            column("Value", "Things", 90, "right"),
            column("instance", "Host", 92),
        ],
        ("ReadingsMissing", "RuleUnknown"),
        sort="Collector",
        decimals=0,
        no_value="Everything could be read",
    )


def make():
    return dashboard(
        "fleet",
        "Fleet",
        "Every host in one row, the worst first; and whether clawvigil itself works everywhere.",
        "now-24h",
        [
            row(3, *[(4, one) for one in counts()]),
            row(6, (24, hosts())),
            row(7, (12, hosts_over_time()), (12, spend())),
            row(10, (12, areas_of_hosts()), (12, oldest_readings())),
            row(7, (12, memory()), (12, unknowns())),
        ],
        area='area="self"',
    )
