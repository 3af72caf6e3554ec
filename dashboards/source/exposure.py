"""Who can reach the gateway, and who may command it?"""

from source import colors, mappings
from source.dashboard import dashboard, row
from source.panels import bars, column, colored, lines, now, over_time, rows, stat, table
from source.rules import threshold
from source.shared import DAY, listeners, rules_over_time

AREA = 'area=~"exposure|access"'
WORD = {"valueSize": 20}


def yes_no(metric, good, bad, rule, bad_value=1, **more):
    """The worst of all hosts, in words."""
    worst = "max" if bad_value else "min"
    return {"expression": f"{worst}({metric})", "no_value": "Unknown", "size": WORD,
            "mappings": mappings.flag(good, bad, rule, bad_value), **more}  # fmt: skip


def states():
    return [
        stat("Gateway",
             """Who reaches it. Good is "Local": this machine only, or your tailnet. Otherwise: openclaw config set gateway.bind
             loopback, then openclaw gateway restart.""",
             alerts=("GatewayExposed", "ExposedAndUnfirewalled"),
             **yes_no("clawvigil_gateway_exposed{$}", "Local", "Exposed", "GatewayExposed")),
        stat("No credentials",
             """Whether a protected route of the gateway serves who has no token. Good is "Refused". Otherwise set
             gateway.auth.mode to token and restart the gateway, at once.""",
             alerts=("GatewayUnauthenticatedAccess", "GatewayNoAuth", "WeakGatewaySecret"),
             **yes_no("clawvigil_gateway_unauthenticated_access{$}", "Refused", "Served",
                      "GatewayUnauthenticatedAccess")),
        stat("Firewall",
             """Good is "On": the packet filter refuses something at all. Off: sudo ufw default deny incoming,
             sudo ufw allow OpenSSH, sudo ufw enable.""",
             alerts=("FirewallInactive", "FirewallNotDefaultDeny", "FirewallPortUnexpected"),
             **yes_no("clawvigil_firewall_active{$}", "On", "Off", "FirewallInactive", 0)),
        stat("Tailscale",
             """Whether Tailscale shows anything to the internet (funnel). Good is "Private", which is also said
             without Tailscale. Otherwise: tailscale funnel reset.""",
             "max(clawvigil_tailscale_funnel_enabled{$} or "
             'clawvigil_gateway_tailscale_mode_info{$, mode="funnel"} or '
             "clawvigil_gateway_tailscale_mode_info{$} * 0)",
             ("TailscaleFunnelPublic", "GatewayTailscaleFunnel", "TailscaleKeyExpiring"),
             mappings=mappings.flag("Private", "Public", "TailscaleFunnelPublic"),
             no_value="Unknown", size=WORD),
        stat("HTTPS",
             """Whether your endpoints show a certificate that visitors trust. Good is "Trusted". Not watched: name
             them under tls.endpoints in clawvigil.yml.""",
             "min(clawvigil_tls_chain_valid{$}) or 2 + 0 * max(clawvigil_tls_endpoints_configured{$})",
             ("TlsChainInvalid", "TlsNameInvalid", "SecurityHeaderMissing", "TlsEndpointMissing"),
             mappings=mappings.words((1, "Trusted", colors.GOOD),
                                     (0, "Not trusted", colors.of("TlsChainInvalid")),
                                     (2, "Not watched", colors.of("TlsEndpointMissing"))),
             no_value="Unknown", size=WORD),
        stat("SSH password",
             """Good is "No": keys only. Otherwise put PasswordAuthentication no and KbdInteractiveAuthentication
             no into /etc/ssh/sshd_config.d/ and reload sshd, while a session with a key is open.""",
             alerts=("SshPasswordAuthEnabled", "SshRootLoginEnabled"),
             **yes_no("clawvigil_ssh_password_auth_enabled{$}", "No", "Possible", "SshPasswordAuthEnabled")),
        stat("fail2ban",
             """Good is "Running": it bans who tries passwords over SSH. Otherwise: sudo apt install fail2ban, or
             sudo systemctl restart fail2ban.""",
             "min(clawvigil_fail2ban_up{$} or clawvigil_fail2ban_installed{$} == 0)",
             ("Fail2banDown", "Fail2banMissing", "Fail2banSshdJailMissing"),
             mappings=mappings.flag("Running", "Not running", "Fail2banMissing", 0),
             no_value="Unknown", size=WORD),
        stat("Direct messages",
             """Whether a stranger may write to the agent. Good is "Closed". Open: set dmPolicy of the channel to
             pairing or allowlist in openclaw.json, and remove "*" from allowFrom.""",
             alerts=("ChannelDmOpen", "ChannelGroupOpen", "OpenChannelWithExec"),
             **yes_no("clawvigil_channel_dm_open{$}", "Closed", "Open", "ChannelDmOpen")),
    ]  # fmt: skip


def open_ports():
    return table(
        "What the firewall lets in",
        """Ports that new connections from outside reach through the packet filter. Good is a short list of your
        own. A port nobody needs: sudo ufw delete allow PORT; one that is yours: clawvigil accept listener
        tcp/PORT.""",
        rows("clawvigil_firewall_allowed_port_info{$}"),
        [
            column("expected", "Expected", 92, "center", mappings=mappings.words(
                ("true", "Yes", colors.GOOD), ("false", "No", colors.of("FirewallPortUnexpected"))),
                custom_cellOptions=colored()),
            column("port", "Port", 70, "right"),
            column("protocol", "Protocol", 80),
            column("source_scope", "Open to", mappings=mappings.words(
                ("any", "everywhere", "text"), ("public", "listed addresses", "text"),
                ("private", "own network", "text"), ("tailnet", "tailnet", "text"))),
            column("instance", "Host", 92),
        ],
        ("FirewallPortUnexpected", "DockerPortBypassesFirewall", "FirewallChanged"),
        sort="Expected",
        no_value="Nothing, or the firewall cannot be read",
    )  # fmt: skip


def strangers():
    return lines(
        "Messages turned away, in 15 minutes",
        """Messages of people who may not write to the agent, by channel. Good is none; single ones
        are strangers who found the bot. Above the line somebody is trying hard: if you do not know them, change the bot's name or its
        token.""",
        over_time('sum by (channel) (increase(clawvigil_messages_rejected_total{$, '
                  'reason=~"pairing|not_allowed|dm_disabled"}[15m]))', "{{channel}}"),
        ("RejectedSenderBurst", "RejectionsInvisible"),
        unit="short",
        decimals=0,
        fill=20,
        limit="RejectedSenderBurst",
        room=1.2,
    )  # fmt: skip


def senders():
    return bars(
        "Different strangers, in 24 hours",
        """How many different people were turned away, by channel. Few is good; many at once means the bot's name
        has got about. See the runbook for what to change.""",
        now("sort_desc(max by (channel) (clawvigil_rejected_senders{$}))", "{{channel}}"),
        ("RejectedSendersManyDistinct",),
        decimals=0,
        least=0,
        most=threshold("RejectedSendersManyDistinct") * 2,
        thresholds=colors.above("RejectedSendersManyDistinct"),
        no_value="Unknown",
    )


def gateway_failures():
    return lines(
        "Failed logins at the gateway, in 10 minutes",
        """Wrong tokens and passwords. Good is none: your own devices have the right one. Above the line
        somebody is guessing: see who reaches the gateway, and rotate its token.""",
        over_time('sum by (instance) (increase(clawvigil_gateway_auth_failures_total{$, '
                  'reason=~"token|password"}[10m]))', "{{instance}}"),
        ("GatewayAuthBruteForce", "GatewayAuthFailuresSlow", "GatewayAuthLockout"),
        unit="short",
        decimals=0,
        fill=20,
        limit="GatewayAuthBruteForce",
        room=1.2,
    )  # fmt: skip


def ssh_failures():
    return lines(
        "Failed logins over SSH, per hour",
        """The weather of the internet, on every machine with port 22. Good is that none succeeds: keys only, and
        fail2ban running. A login you did not make: see the runbook, "If you think somebody was in".""",
        [
            over_time("sum by (instance) (increase(clawvigil_ssh_auth_failures_total{$}[1h]))",
                      "{{instance}}"),
        ],
        ("SshPasswordLoginHappened", "SshRootLoginHappened", "SshLoginNewSource", "BanSurge"),
        unit="short",
        decimals=0,
        fill=15,
    )  # fmt: skip


ACCOUNT = "instance, job, home, channel, account"


def openness(kind):
    """1 where strangers may write, with the policy in a label called `kind`."""
    policy = (f"clawvigil_channel_{kind}_policy_info{{$}} * on ({ACCOUNT}) group_left () "
              f"clawvigil_channel_{kind}_open{{$}}")  # fmt: skip
    return f'max by ({ACCOUNT}, {kind}) (label_replace({policy}, "{kind}", "$1", "policy", "(.+)"))'


def channels():
    return table(
        "Channels, and who may write",
        """Every channel account with what its settings amount to. Good is allowlist, pairing or disabled. "open"
        lets strangers command the agent: change the policy in openclaw.json. Shared: everybody who may write
        sees what others wrote; set session.dmScope to per-channel-peer.""",
        [
            rows(openness("dm"), "A"),
            rows(openness("group"), "B"),
            rows(f"max by ({ACCOUNT}) (clawvigil_channel_dm_open{{$}} * 0 + on (instance, job, home) "
                 "group_left () clawvigil_dm_scope_shared{$})", "C"),
        ],
        [
            column("channel", "Channel", 90),
            column("account", "Account", 90),
            column("dm", "Direct messages"),
            column("Value #A", "Strangers", 96, "center", mappings=mappings.flag(
                "No", "Yes", "ChannelDmOpen"), custom_cellOptions=colored()),
            column("group", "Groups", 96),
            column("Value #B", "In groups", 92, "center", mappings=mappings.flag(
                "No", "Yes", "ChannelGroupOpen"), custom_cellOptions=colored()),
            column("Value #C", "Session", 92, "center", mappings=mappings.flag(
                "Own", "Shared", "DmScopeShared"), custom_cellOptions=colored()),
            column("instance", "Host", 80),
        ],
        ("ChannelDmOpen", "ChannelGroupOpen", "NewChannelEnabled", "DmScopeShared"),
        sort="Strangers",
        descending=True,
        no_value="No channel is configured",
    )  # fmt: skip


def certificates():
    left = "(clawvigil_tls_certificate_not_after_timestamp_seconds{$} - time())"
    # A file by the name of its directory: /etc/letsencrypt/live/claw.example.org/fullchain.pem
    named = (f'label_replace(label_replace({left}, "name", "$1", "endpoint", "(.+)"), '
             '"name", "$1", "endpoint", "/.+/([^/]+)/[^/]+")')  # fmt: skip
    return bars(
        "Certificates, days left",
        """Until when the certificates of your endpoints and files are valid. Good is above the limit: they
        renew by themselves. Below: sudo certbot renew (or what you use), and look why it did not.""",
        now(f"sort(min by (name) ({named} / {DAY}))", "{{name}}"),
        ("CertificateExpiring", "CertificateExpiringSoon", "CertificateExpired", "TlsProbeFailed"),
        decimals=0,
        least=0,
        most=90,
        thresholds=colors.below("CertificateExpiring:left", "CertificateExpiringSoon:left", per=DAY),
        no_value="No endpoint or certificate is configured",
    )


def outbound():
    return lines(
        "Connections the gateway has opened",
        """How far the gateway's own connections go. Good is what it always does: some to the internet for the
        models and channels. A new kind, or a port never used before, is worth a look: ss -tnp.""",
        over_time("sum by (scope) (clawvigil_outbound_connections{$})", "{{scope}}"),
        ("EgressNewDestination", "EgressUnusualPort", "EgressPublicDestination"),
        unit="short",
        decimals=0,
        fill=10,
    )


def banned():
    return lines(
        "Banned by fail2ban",
        """Addresses banned now, by jail. Some are good: the ban works. None for days on a machine with port 22
        open to the internet: see whether fail2ban reads the log.""",
        over_time("sum by (instance, jail) (clawvigil_fail2ban_banned_current{$})",
                  "{{jail}} on {{instance}}"),
        ("Fail2banDown", "Fail2banJailWeak", "Fail2banBanTooShort", "BanSurge"),
        unit="short",
        decimals=0,
        fill=15,
    )  # fmt: skip


def make():
    return dashboard(
        "exposure",
        "Exposure & access",
        "Who can reach the gateway and this host, who may command the agent, and who has tried.",
        "now-24h",
        [
            row(3, *[(3, one) for one in states()]),
            row(9, (15, rules_over_time(AREA)), (9, open_ports())),
            row(7, (15, listeners()), (9, certificates())),
            row(8, (9, strangers()), (9, gateway_failures()), (6, senders())),
            row(8, (14, channels()), (10, ssh_failures())),
            row(8, (12, outbound()), (12, banned())),
        ],
        area=AREA,
    )
