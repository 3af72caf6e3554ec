"""One meaning for each colour, on every dashboard. Unknown is grey: never the colour of good."""

from source import rules

GOOD, NOTE, PENDING, WARNING, CRITICAL, UNKNOWN = (
    "green", "blue", "yellow", "orange", "red", "#7b8087")  # fmt: skip
OF_SEVERITY = {"info": NOTE, "warning": WARNING, "critical": CRITICAL}


def of(name):
    """The colour of the rule "Alert" or "Alert:threshold"."""
    return OF_SEVERITY[rules.severity(name.partition(":")[0])]


def steps(base, *pairs):
    """Grafana's thresholds: a colour from each value on."""
    found = [{"color": base, "value": None}]
    found += [{"color": color, "value": value} for value, color in pairs]
    return {"mode": "absolute", "steps": found}


def plain(color=GOOD):
    """No threshold: what is neither good nor bad by its number alone."""
    return steps(color)


def above(*names, per=1):
    """Good until the first threshold; `per` is how much of the rule's unit the panel shows as 1."""
    numbers = sorted((rules.threshold(name) / per, of(name)) for name in names)
    return steps(GOOD, *[(tidy(number), color) for number, color in numbers])


def below(*names, per=1):
    """Good from the highest threshold on."""
    numbers = sorted((rules.threshold(name) / per, of(name)) for name in names)
    ends = [color for _, color in numbers[1:]] + [GOOD]
    return steps(numbers[0][1], *[(tidy(n), end) for (n, _), end in zip(numbers, ends)])


def any_is(name):
    """Zero is good, anything more is what the rule is about."""
    return steps(GOOD, (1, of(name)))


def tidy(number):
    return int(number) if float(number).is_integer() else round(number, 6)
