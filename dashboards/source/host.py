"""Does the gateway run well, what may the agent do, and is the machine looked after?"""

from source import colors, mappings
from source.dashboard import dashboard, row
from source.panels import bars, column, colored, lines, now, over_time, override, rows, stat, table
from source.rules import threshold
from source.shared import DAY, rules_over_time

AREA = 'area=~"host|agent"'
WORD = {"valueSize": 24}
SIZE = {"valueSize": 32}


def states():
    return [
        stat("Gateway",
             """Whether its health endpoint answers. Good is "Up". Otherwise: openclaw gateway status, then the
             journal of its unit.""",
             "min(clawvigil_gateway_up{$})", ("GatewayDown", "GatewayNotReady", "GatewayFlapping"),
             mappings=mappings.flag("Up", "Down", "GatewayDown", 0), no_value="Unknown", size=WORD),
        stat("Runs as",
             """Good is a user of its own without privileges. Otherwise make one, move OpenClaw's home there, and
             take the user out of sudo and docker.""",
             "max(clawvigil_gateway_running_as_root{$} * 2 or on (instance, job, home) "
             'max by (instance, job, home) (clawvigil_gateway_user_privileged_group{$, group!="adm"})'
             " or clawvigil_gateway_running_as_root{$})",
             ("GatewayRunsAsRoot", "GatewayUserPrivileged", "GatewayUserMaySudo"),
             mappings=mappings.words((0, "Own user", colors.GOOD),
                                     (1, "Privileged", colors.of("GatewayUserPrivileged")),
                                     (2, "root", colors.of("GatewayRunsAsRoot"))),
             no_value="Unknown", size=WORD),
        stat("Security updates",
             """Installed packages with a known hole and a repaired version. Good is 0: sudo apt update && sudo apt
             upgrade; better, let unattended-upgrades do it.""",
             "sum(clawvigil_package_security_updates_pending{$})",
             ("SecurityUpdatesPending", "SecurityUpdatesAvailable", "UnattendedUpgradesOff"),
             thresholds=colors.any_is("SecurityUpdatesPending"), no_value="Unknown", size=SIZE),
        stat("Reboot",
             "Whether installed updates wait for one. Good is not needed. Otherwise: sudo systemctl reboot.",
             "max(clawvigil_reboot_required{$})", ("RebootRequired",),
             mappings=mappings.flag("Not needed", "Needed", "RebootRequired"), no_value="Unknown", size=WORD),
        stat("Audit of OpenClaw",
             """Critical findings of openclaw security audit. Good is 0. Run openclaw security audit --fix as the
             agent's user, and read what is left.""",
             'sum(clawvigil_audit_findings{$, severity="critical"})',
             ("AuditCritical", "AuditWarnings", "AuditStale"),
             thresholds=colors.any_is("AuditCritical"), no_value="Unknown", size=SIZE),
        stat("Backup age, hours",
             """Age of the newest backup, of the source that is furthest behind. Good is below the limit of
             BackupTooOld.""",
             "max((time() - clawvigil_backup_last_success_timestamp_seconds{$}) / 3600)",
             ("BackupTooOld", "BackupMissing", "BackupSourceEmpty"),
             thresholds=colors.above("BackupTooOld", per=3600), decimals=0, no_value="No backup", size=SIZE),
    ]  # fmt: skip


def limits():
    return bars(
        "Used of its limits",
        """How much the gateway's unit uses of its memory and task limits. Good is green; without limits there
        is nothing to show: set MemoryMax=, TasksMax= and CPUQuota= with systemctl --user edit.""",
        now("sort_desc(max by (instance, resource) (clawvigil_cgroup_limit_used_ratio{$}))",
            "{{resource}} on {{instance}}"),
        ("GatewayMemoryNearLimit", "GatewayTasksNearLimit", "LimitsMissing"),
        unit="percentunit",
        decimals=0,
        least=0,
        most=1,
        thresholds=colors.above("GatewayTasksNearLimit", "GatewayMemoryNearLimit"),
        no_value="No limit is set",
    )  # fmt: skip


def memory():
    return lines(
        "Memory of the gateway, and its limit",
        """What the gateway's unit uses, page cache included. Good is a shape you know, well below the dashed
        limit. At the limit the kernel kills something of it.""",
        [
            over_time("sum by (instance) (clawvigil_cgroup_memory_bytes{$})", "{{instance}}"),
            over_time("min by (instance) (clawvigil_cgroup_memory_max_bytes{$})", "limit of {{instance}}", "B"),
        ],
        ("GatewayMemoryNearLimit", "GatewayMemoryPressure", "GatewayOomKill"),
        unit="bytes",
        decimals=0,
        fill=8,
        overrides=[
            {"matcher": {"id": "byRegexp", "options": "limit of .*"}, "properties": [
                {"id": "color", "value": {"mode": "fixed", "fixedColor": colors.of("GatewayOomKill")}},
                {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [8, 6]}},
                {"id": "custom.lineWidth", "value": 1},
                {"id": "custom.fillOpacity", "value": 0},
            ]},
        ],
    )  # fmt: skip


def processor():
    return lines(
        "CPU of the gateway",
        """Share of one processor, over time. Good is low at rest. High for hours without anybody writing: see the
        dashboard Spend for a loop.""",
        over_time("sum by (instance) (rate(clawvigil_cgroup_cpu_seconds_total{$}[$__rate_interval]))",
                  "{{instance}}"),
        ("GatewayCpuThrottled",),
        unit="percentunit",
        fill=15,
        interval="10m",
    )  # fmt: skip


def disks():
    return bars(
        "Room left on disks",
        """Of what users may use, where the least is left for OpenClaw, its logs and backups, or clawvigil. Good is green. Below the limit: du -xh
        --max-depth 2, old sessions and logs first.""",
        now("sort(min by (instance) (clawvigil_disk_free_ratio{$}))", "{{instance}}"),
        ("DiskNearlyFull", "DiskInodesNearlyGone"),
        unit="percentunit",
        decimals=0,
        least=0,
        most=1,
        thresholds=colors.below("DiskNearlyFull"),
        no_value="Unknown",
    )


def stops():
    return lines(
        "Restarts, unclean stops and kills, per hour",
        """Good is none. Restarts in a row are a crash loop, kills by the kernel want memory: see the journal of the
        unit.""",
        over_time(
            "sum by (what) ("
            'label_replace(increase(clawvigil_unit_restarts_total{$}[1h]), "what", "restarts", "", "") or '
            "label_replace(increase(clawvigil_gateway_unclean_stops_total{$}[1h]), "
            '"what", "unclean stops", "", "") or '
            'label_replace(increase(clawvigil_cgroup_limit_events_total{$, event="oom_kill"}[1h]), '
            '"what", "killed for memory", "", ""))', "{{what}}"),
        ("GatewayCrashLoop", "GatewayUncleanStop", "GatewayOomKill"),
        unit="short",
        decimals=0,
        fill=15,
        soft_max=threshold("GatewayCrashLoop"),
    )  # fmt: skip


def powers():
    agent = "instance, home, agent"
    note = mappings.words((0, "No", colors.GOOD), (1, "Yes", colors.NOTE))
    return table(
        "What each agent may do",
        """By the effective policies of openclaw.json. Good is that an agent that runs commands does so in a
        sandbox, or asks first. Elevated: a sender can make it leave the sandbox.""",
        [
            rows(f"max by ({agent}) (clawvigil_exec_tool_enabled{{$}})", "A"),
            rows(f"max by ({agent}) (clawvigil_sandbox_off{{$}})", "B"),
            rows(f"max by ({agent}) (clawvigil_elevated_tools_enabled{{$}})", "C"),
            rows(f"max by ({agent}, security, ask) (clawvigil_exec_policy_info{{$}})", "D"),
        ],
        [
            column("agent", "Agent"),
            column("Value #A", "Commands", 96, "center", mappings=note, custom_cellOptions=colored()),
            column("Value #B", "No sandbox", 100, "center", mappings=note, custom_cellOptions=colored()),
            column("Value #C", "Elevated", 90, "center", mappings=note, custom_cellOptions=colored()),
            column("security", "Which", 100),
            column("ask", "Asks", 90),
            column("instance", "Host", 92),
        ],
        ("SandboxOffWithExec", "OpenChannelWithExec", "ElevatedToolsOpen", "DangerousFlags"),
        sort="No sandbox",
        descending=True,
        no_value="No agent",
    )  # fmt: skip


def findings():
    return table(
        "What OpenClaw's own audit found",
        """Every check of openclaw security audit that found something. Good is no critical one. Details and
        repairs: openclaw security audit --deep, as the agent's user.""",
        rows('max by (check_id, instance) (clawvigil_audit_finding_info{$, severity="critical"} * 3 or '
             'clawvigil_audit_finding_info{$, severity="warn"} * 2 or clawvigil_audit_finding_info{$})'),
        [
            column("Value", "Severity", 96, "center", mappings=mappings.words(
                (3, "Critical", colors.CRITICAL), (2, "Warning", colors.WARNING),
                (1, "Note", colors.NOTE)), custom_cellOptions=colored()),
            column("check_id", "Check", custom_minWidth=300),
            column("instance", "Host", 92),
        ],
        ("AuditCritical", "AuditWarnings"),
        sort="Severity",
        descending=True,
        no_value="Nothing was found, or the audit was never run",
    )  # fmt: skip


def denials():
    return lines(
        "Denied and asked for, per hour",
        """Commands the agent wanted to run and was not allowed to, tool calls blocked by policy, and requests for
        approval. Few are good: the rules work. Many in an hour: read what it was told, it may not be you.""",
        over_time(
            "sum by (what) ("
            'label_replace(increase(clawvigil_exec_denials_total{$}[1h]), "what", "denied", "", "") or '
            'label_replace(increase(clawvigil_tool_blocks_total{$}[1h]), "what", "blocked", "", "") or '
            'label_replace(increase(clawvigil_approvals_total{$}[1h]), "what", "approvals", "", ""))',
            "{{what}}"),
        ("AgentDeniedOften",),
        unit="short",
        decimals=0,
        fill=15,
        limit="AgentDeniedOften",
        room=1,
    )  # fmt: skip


def versions():
    return table(
        "Versions and updates",
        """OpenClaw's version and its age. Good is younger than the limit of OpenClawOutdated: openclaw update, as
        the agent's user.""",
        rows(f"(time() - max by (instance, home) (clawvigil_openclaw_release_timestamp_seconds{{$}})) / {DAY}"
             " * on (instance, home) group_right () max by (instance, home, version) "
             "(clawvigil_openclaw_installed_info{$})"),
        [
            column("version", "OpenClaw"),
            column("Value", "Age", 90, "right", unit="suffix: d", decimals=0,
                   thresholds=colors.above("OpenClawOutdated", per=DAY),
                   custom_cellOptions={"type": "color-text"}),
            column("home", "Home", 80),
            column("instance", "Host", 92),
        ],
        ("OpenClawOutdated", "OpenClawUpdateAvailable", "NodeUnsupported"),
        sort="Age",
        descending=True,
        no_value="Unknown",
    )  # fmt: skip


def stores():
    return bars(
        "Recorded sessions and logs",
        """Size of what is kept, each coloured by its own limit. Good is green, and sessions no older than you
        want: openclaw sessions cleanup --enforce, logrotate.""",
        [
            now("sort_desc(max by (instance) (clawvigil_session_store_bytes{$}))", "sessions on {{instance}}"),
            now("sort_desc(sum by (instance) (clawvigil_log_files_bytes{$}))", "logs on {{instance}}", "B"),
        ],
        ("LogFilesLarge", "SessionStoreLarge", "RetentionExceeded", "LogRetentionExceeded"),
        unit="decbytes",
        least=0,
        thresholds=colors.above("LogFilesLarge"),
        overrides=[override("A", "byFrameRefID", thresholds=colors.above("SessionStoreLarge"))],
        no_value="Unknown",
    )


def make():
    return dashboard(
        "host",
        "Host & agent",
        "How the gateway runs and within which limits, what the agent may do, and how the machine is kept.",
        "now-24h",
        [
            row(3, *[(4, one) for one in states()]),
            row(9, (14, rules_over_time(AREA)), (10, powers())),
            row(8, (9, memory()), (8, processor()), (7, limits())),
            row(8, (9, findings()), (8, denials()), (7, stops())),
            row(6, (8, versions()), (8, disks()), (8, stores())),
        ],
        area=AREA,
    )
