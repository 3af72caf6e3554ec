"""Words for numbers."""

from source import colors, rules


def words(*entries):
    """(value, text, color)…; null is unknown, whatever else is said."""
    options = {
        str(value): {"index": index, "text": text, "color": color}
        for index, (value, text, color) in enumerate(entries)
    }
    unknown = {"match": "null+nan", "result": {"color": colors.UNKNOWN, "text": "Unknown"}}
    return [
        {"type": "value", "options": options},
        {"type": "special", "options": unknown},
    ]


def flag(good, bad, rule, bad_value=1):
    """Two words for a metric that is 0 or 1; the bad one in the colour of the rule."""
    return words((1 - bad_value, good, colors.GOOD), (bad_value, bad, colors.of(rule)))


# How bad a rule is, from scores.py.
BADNESS = words(
    (0, "OK", colors.GOOD),
    (1, "Note", colors.NOTE),
    (2, "Pending", colors.PENDING),
    (3, "Unknown", colors.UNKNOWN),
    (4, "Warning", colors.WARNING),
    (5, "Critical", colors.CRITICAL),
)
ANSWER = words(
    (0, "Yes", colors.GOOD),
    (1, "Yes, with notes", colors.GOOD),
    (2, "Something stirs", colors.PENDING),
    (3, "Not all is known", colors.UNKNOWN),
    (4, "Needs attention", colors.WARNING),
    (5, "No: act now", colors.CRITICAL),
)
# Rules to the anchors of the runbook, which are in lower case.
ANCHORS = [
    {
        "type": "value",
        "options": {
            alert: {"index": index, "text": alert.lower()}
            for index, alert in enumerate(rules.ALL)
        },
    }
]
