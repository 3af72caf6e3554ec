"""Is my agent safe right now? The answer first, then what to do, then the rest in brief."""

from source import colors, mappings, scores
from source.dashboard import dashboard, open_link, row
from source.panels import lines, now, over_time, override, stat, timeline
from source.shared import AGE, DAY, UNEXPECTED, UNKNOWN_TOO, broken_rules
from source.shared import by_area, key_ages, listeners, spend_band


def answer():
    return stat(
        "Is my agent safe right now?",
        f"""The worst of all rules on all hosts selected. Green is good. Otherwise work through the list "What
        to do now", from the top. {UNKNOWN_TOO} A host that answers no more counts as critical.""",
        scores.EVERYTHING,
        ("ClawvigilDown", "ClawvigilInstanceGone", "RuleUnknown"),
        mappings=mappings.ANSWER,
        filled=True,
        size={"valueSize": 34},
        no_value="Cannot tell: no data",
        links=[open_link("fleet", "Which host")],
    )


def areas():
    return stat(
        "By area",
        f"""The worst rule of each area: exposure (who can reach the gateway), access (who may command it),
        spend, secrets, agent (what it may do), host, and self (clawvigil). Green is good, blue needs no hurry;
        click for the dashboard. {UNKNOWN_TOO}""",
        None,
        ("RuleUnknown",),
        targets=by_area(now),
        filled=True,
        size={"titleSize": 14, "valueSize": 17},
        mappings=mappings.BADNESS,
        no_value="Cannot tell: no data",
        overrides=[
            override(area, links=[open_link(name)])
            for area, name in (("exposure", "exposure"), ("access", "exposure"), ("spend", "spend"),
                               ("secrets", "secrets"), ("agent", "host"), ("host", "host"),
                               ("self", "fleet"))
        ],
    )  # fmt: skip


def exposed():
    return stat(
        "Gateway exposure",
        """Good is "Local": this machine only, or your tailnet. Otherwise: openclaw config set gateway.bind loopback,
        then restart the gateway. It is what the kernel says, not what openclaw.json claims.""",
        "max(clawvigil_gateway_exposed{$})",
        ("GatewayExposed", "ExposedAndUnfirewalled"),
        mappings=mappings.flag("Local", "Exposed", "GatewayExposed"),
        no_value="Unknown",
        size={"valueSize": 24},
        links=[open_link("exposure")],
    )


def doors():
    return stat(
        "Unexpected listeners",
        """Sockets others can reach that you have not accepted. Good is 0. See the table of listeners: stop
        what is not yours, accept what is.""",
        f"count({UNEXPECTED}) or 0 * max(clawvigil_listening_sockets_unexpected{{$}})",
        ("UnexpectedListener", "UnexpectedUdpListener"),
        thresholds=colors.any_is("UnexpectedListener"),
        no_value="Unknown",
        size={"valueSize": 32},
        links=[open_link("exposure")],
    )


def spent():
    return stat(
        "Spent in 24 hours",
        """Cost of the agents of a home, of the one that costs most, from the transcripts. Good is what you expect; orange is the limit of
        SpendDayHigh as it comes (one you set under alerts.rules counts for the alert only). The dashboard Spend says
        for what.""",
        'max(clawvigil_spend_usd{$, window="24h"})',
        ("SpendDayHigh", "SpendHourExtreme"),
        unit="currencyUSD",
        decimals=2,
        thresholds=colors.above("SpendDayHigh"),
        no_value="Unknown",
        size={"valueSize": 32},
        links=[open_link("spend")],
    )


def budget():
    return stat(
        "Of the fullest budget",
        """The budget of which most is spent. Good is below 50 %. At 100 % nothing stops by itself: raise the
        budget in clawvigil.yml (spend.budgets) or stop the agent: openclaw gateway stop.""",
        "max(clawvigil_budget_spent_ratio{$})",
        ("BudgetHalfSpent", "BudgetNearlySpent", "BudgetExceeded", "BudgetProjectedOver"),
        unit="percentunit",
        decimals=0,
        thresholds=colors.above("BudgetHalfSpent", "BudgetNearlySpent", "BudgetExceeded"),
        no_value="None set",
        size={"valueSize": 32},
        links=[open_link("spend")],
    )


def oldest_key():
    return stat(
        "Oldest credential, days",
        """How long the oldest credential of OpenClaw has been in use. Good is below the limit of
        CredentialTooOld. Rotate it: the dashboard Secrets says which one.""",
        f"max({AGE})",
        ("CredentialTooOld",),
        decimals=0,
        thresholds=colors.above("CredentialTooOld", per=DAY),
        no_value="Unknown",
        size={"valueSize": 32},
        links=[open_link("secrets")],
    )


def backup():
    return stat(
        "Backup age, hours",
        """Age of the newest backup, of the source that is furthest behind. Good is below the limit of
        BackupTooOld. None: say where your backups are, under backups.sources in clawvigil.yml.""",
        "max((time() - clawvigil_backup_last_success_timestamp_seconds{$}) / 3600)",
        ("BackupTooOld", "BackupMissing"),
        decimals=0,
        thresholds=colors.above("BackupTooOld", per=3600),
        no_value="No backup",
        size={"valueSize": 32},
        links=[open_link("host")],
    )


def areas_over_time():
    return timeline(
        "Areas over time",
        f"""Since when an area is not right, and what was wrong before. All green is good; when it turned, look
        for what you or somebody else changed at that time. {UNKNOWN_TOO}""",
        by_area(over_time),
        ("RuleUnknown",),
        mappings=mappings.BADNESS,
        no_value="No data",
    )


def strangers():
    return lines(
        "Strangers turned away, per hour",
        """Messages of unknown senders, failed logins at the gateway and over SSH. Some over SSH are the weather
        of the internet, none to the gateway is good; a burst to the gateway or to a channel is somebody who knows of you: see the dashboard
        Exposure & access.""",
        [
            over_time("sum(increase(clawvigil_messages_rejected_total{$}[1h]))", "messages"),
            over_time("sum(increase(clawvigil_gateway_auth_failures_total{$}[1h]))", "gateway", "B"),
            over_time("sum(increase(clawvigil_ssh_auth_failures_total{$}[1h]))", "SSH", "C"),
        ],
        ("RejectedSenderBurst", "GatewayAuthBruteForce"),
        unit="short",
        decimals=0,
        kind="line",
        fill=8,
    )


def make():
    return dashboard(
        "overview",
        "Overview",
        """Is my agent safe right now, and what should I do? The other dashboards go deeper; the menu at the
        top right leads to them.""",
        "now-24h",
        [
            row(5, (7, answer()), (17, areas())),
            row(3, (4, exposed()), (4, doors()), (4, spent()), (4, budget()), (4, oldest_key()),
                (4, backup())),
            row(9, (13, broken_rules()), (11, areas_over_time())),
            row(8, (12, spend_band("Cost of one hour, and what is usual")), (12, strangers())),
            row(8, (12, key_ages(6)), (12, listeners())),
        ],
    )  # fmt: skip
