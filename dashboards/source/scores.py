"""How bad it is, as one number: 0 ok, 1 note (info), 2 pending, 3 unknown, 4 warning, 5 critical.

An unknown rule counts as worse than one that is only noted: what cannot be seen is not good.
Watchdog fires always, to show that alerts arrive. "{$" stands for the matchers of the variables job and instance (panels.expand).
"""


def rules(by, area=""):
    """Of the worst rule, by these labels; `area` is a matcher: 'area="spend"'."""
    state = 'clawvigil_rule_state{$, rule!="Watchdog"' + (f", {area}" if area else "")
    return (
        f"max by ({by}) ("
        f'({state}, severity="critical"}} == 3) + 2 '
        f'or ({state}, severity="warning"}} == 3) + 1 '
        f"or ({state}}} == 1) + 2 "
        f"or {state}}} == 2 "
        f'or ({state}, severity="info"}} == 3) - 2 '
        f"or {state}}} == 0)"
    )


# Hosts that were watched within a day and answer no more; 0 for those that do.
SEEN = "last_over_time(clawvigil_build_info{$}[1d])"
UNREACHABLE = f"5 * (up{{$}} == bool 0) and on (instance, job) {SEEN}"
GONE = f"5 * group by (instance, job) ({SEEN}) unless on (instance, job) up{{$}}"
HOSTS = f"max by (instance, job) ({rules('instance, job')} or {UNREACHABLE} or {GONE})"
EVERYTHING = f"max({HOSTS})"
