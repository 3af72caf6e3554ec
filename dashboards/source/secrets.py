"""How old are the keys, and what lies where it should not?"""

from source import colors, mappings
from source.dashboard import dashboard, row
from source.panels import bars, column, lines, now, over_time, rows, stat, table
from source.rules import condition, threshold
from source.shared import AGE, DAY, key_ages, rules_over_time

AREA = 'area="secrets"'
SIZE = {"valueSize": 32}


def count(title, description, expression, rule, *others):
    return stat(title, description, expression, (rule, *others), thresholds=colors.any_is(rule),
                no_value="Unknown", size=SIZE)  # fmt: skip


def counts():
    return [
        count("Credentials too old",
              """Credentials in use for longer than the limit, yours (max-age) where you gave one. Good is 0. Make
              new ones, worst first: see the table.""",
              f"count({condition('CredentialTooOld')}) or 0 * max({AGE})", "CredentialTooOld", "CredentialExpiring"),
        count("Misplaced secrets",
              """In instructions, memory, workspace, shell files, logs and git history. Good is 0. Take it out, and
              rotate it: who read the file has it. clawvigil check --area secrets names file and line.""",
              "sum(clawvigil_secret_findings{$})",
              "SecretInWorkspace", "SecretInGitHistory", "SecretInShellFile", "SecretInLog", "SecretInEnvFile"),
        count("Secrets in plain text",
              """Credentials written where a reference could be. Good is 0; it is an improvement, not an emergency:
              openclaw secrets, or environment variables of the unit.""",
              "sum(clawvigil_plaintext_secrets{$})", "PlaintextSecret"),
        count("Files others can read",
              """Files of OpenClaw with unsafe modes or owners. Good is 0: directories 700, files 600. Repair: chmod
              -R go-rwx ~/.openclaw, as the agent's user.""",
              "sum(clawvigil_files_unsafe{$})", "UnsafeFileMode"),
        stat("openclaw.json",
             "Good is well-formed. Otherwise the gateway will not start again: openclaw doctor.",
             "min(clawvigil_config_parse_ok{$})", ("ConfigUnparsable", "ConfigEditedOutside"),
             mappings=mappings.flag("Sound", "Broken", "ConfigUnparsable", 0),
             no_value="Unknown", size={"valueSize": 24}),
        stat("Places looked through",
             """Whether every place has been searched for secrets since clawvigil started. "In part" right after a
             start is good; for hours, see the log of clawvigil.""",
             "min(clawvigil_secret_scan_complete{$})", ("SecretInWorkspace",),
             mappings=mappings.words((1, "All", colors.GOOD), (0, "In part", colors.UNKNOWN)),
             no_value="Unknown", size={"valueSize": 24}),
    ]  # fmt: skip


def credentials():
    created = "clawvigil_credential_created_timestamp_seconds{$}"
    each, own = "instance, job, home, credential", "clawvigil_credential_max_age_seconds{$}"
    limit = (f"({own} < Inf or on ({each}) clawvigil_credential_created_timestamp_seconds"
             f'{{$, kind!~"ssh_host|ssh_user|session"}} * 0 + {threshold("CredentialTooOld")}'
             f" unless on ({each}) {own})")  # fmt: skip
    named = "max by (credential, kind, instance, home)"
    return table(
        "Every credential",
        """What OpenClaw and its users hold, by name, never by value. Good is green. "Rotate in" goes by your
        own limit (max-age in clawvigil.yml) where you gave one; SSH keys and what you left out have none.""",
        [
            rows(f"(time() - {named} ({created})) / {DAY}", "A"),
            rows(f"{named} ({created} - time() + on ({each}) group_left () max by ({each}) ({limit}))"
                 f" / {DAY}", "B"),
        ],
        [
            column("credential", "Credential", custom_minWidth=210),
            column("kind", "Kind", 100),
            column("Value #A", "Age", 90, "right", unit="suffix: d", decimals=0),
            column("Value #B", "Rotate in", 100, "right", unit="suffix: d", decimals=0,
                   thresholds=colors.steps(colors.of("CredentialTooOld"), (0, colors.GOOD)),
                   custom_cellOptions={"type": "color-text"}),
            column("home", "Home", 80),
            column("instance", "Host", 92),
        ],
        ("CredentialTooOld", "SshKeyTooOld", "CredentialExpiring"),
        sort="Age",
        descending=True,
        decimals=0,
        no_value="No credential is known",
    )  # fmt: skip


def findings():
    return bars(
        "Secrets by place",
        """How many credentials were found in each place. Good is all 0. Memory and instructions are read to the
        model in every conversation: what stands there is as good as said.""",
        now("sort_desc(sum by (location) (clawvigil_secret_findings{$}))", "{{location}}"),
        ("SecretInWorkspace", "SecretInGitHistory", "SecretInShellFile", "SecretInLog", "SecretInEnvFile"),
        decimals=0,
        least=0,
        most=5,
        thresholds=colors.any_is("SecretInWorkspace"),
        no_value="Nothing was looked at",
    )


def unsafe_files():
    return bars(
        "Files others can read, by kind",
        """Files and directories with unsafe modes or owners. Good is all 0. Repair as the agent's user: chmod
        700 ~/.openclaw, chmod 600 for its files.""",
        now("sort_desc(sum by (object) (clawvigil_files_unsafe{$}))", "{{object}}"),
        ("UnsafeFileMode",),
        decimals=0,
        least=0,
        most=5,
        thresholds=colors.any_is("UnsafeFileMode"),
        no_value="Nothing was looked at",
    )


def instructions():
    changed = "max by (file, instance, home) (clawvigil_bootstrap_file_changed_timestamp_seconds{$})"
    return table(
        "Files that steer the agent",
        """What the agent is told before every conversation. Good is that you know of every change: who can write
        there commands the agent. Beyond the limit of BootstrapFileTooLong the end is cut off.""",
        [
            rows(f"{changed} * 1000", "A"),
            rows("max by (file, instance, home) (clawvigil_bootstrap_file_bytes{$})", "B"),
        ],
        [
            column("file", "File"),
            column("Value #A", "Changed", 150, unit="dateTimeFromNow"),
            column("Value #B", "Size", 90, "right", unit="bytes", decimals=1,
                   thresholds=colors.above("BootstrapFileTooLong"),
                   custom_cellOptions={"type": "color-text"}),
            column("instance", "Host", 92),
        ],
        ("BootstrapFileChanged", "MemoryFileChanged", "BootstrapFileTooLong"),
        unit="short",
        sort="Changed",
        descending=True,
        no_value="No such file",
    )  # fmt: skip


def commits():
    return lines(
        "Commits to workspaces, in 24 hours",
        """Who commits to the agents' repositories, by what the author says. Good is agent and owner. "unknown" is
        somebody else: git log in the workspace tells who.""",
        over_time("sum by (author_class) (clawvigil_git_commits_last_day{$})", "{{author_class}}"),
        ("GitUnknownAuthor", "GitOffHours", "GitHistoryRewritten", "GitKeysPushed"),
        unit="short",
        decimals=0,
        fill=15,
    )


def sensitive():
    return bars(
        "Notable files, changed in 24 h",
        """By kind: instructions, skills, environment files, keys, pipelines. Good is what you or the agent meant
        to do; env and ssh never are.""",
        now("sort_desc(sum by (file_class) (clawvigil_git_sensitive_changes_last_day{$}))", "{{file_class}}"),
        ("GitSensitiveChange", "GitPipelineChangedByAgent", "GitHookAdded"),
        decimals=0,
        least=0,
        color={"mode": "fixed", "fixedColor": colors.NOTE},
        no_value="No repository",
    )


def make():
    return dashboard(
        "secrets",
        "Secrets & hygiene",
        "The age of every credential, secrets in wrong places, file modes, and what changed in the files that"
        " steer the agent.",
        "now-7d",
        [
            row(3, *[(4, one) for one in counts()]),
            row(9, (12, key_ages(6)), (12, credentials())),
            row(8, (12, rules_over_time(AREA)), (6, findings()), (6, unsafe_files())),
            row(9, (9, instructions()), (8, commits()), (7, sensitive())),
        ],
        area='area=~"secrets|agent"',
    )
