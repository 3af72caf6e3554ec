"""Compares alarms with what was done to a host. The definitions are in README.md, "How is counted"."""
import csv
import dataclasses
import json
import math
import pathlib
import statistics

MIN_USD = 1.0  # what a whole incident must cost to be asked for
AFTER = 60  # minutes after an incident in which an alarm may still be about it
JOIN = 60  # minutes between two alarms that are one episode to the person who is told
MONTH = 30.4375 * 24 * 60
KINDS = ("loop", "cron_wild", "leaked_key", "expensive_model", "cache_broken", "drift")
RUNAWAYS_AND_LEAKS = ("loop", "cron_wild", "leaked_key")


@dataclasses.dataclass
class Label:
    start: int
    end: int
    kind: str
    harmful: bool
    usd: float


@dataclasses.dataclass
class Year:
    """What is known of a seed besides its use."""
    judged_from: int
    end: int
    character: str
    labels: list
    harm: list  # per label: [(minute, usd)], ascending

    @property
    def months(self):
        return (self.end - self.judged_from) / MONTH


def read_year(directory):
    directory = pathlib.Path(directory)
    seed = json.loads((directory / "seed.json").read_text())
    with open(directory / "labels.csv", newline="") as rows:
        labels = [Label(int(row["start_minute"]), int(row["end_minute"]), row["kind"],
                        row["harmful"] == "1", float(row["usd"])) for row in csv.DictReader(rows)]
    harm = [[] for _ in labels]
    with open(directory / "harm.csv", newline="") as rows:
        for row in csv.DictReader(rows):
            harm[int(row["label"])].append((int(row["minute"]), float(row["usd"])))
    return Year(seed["evaluate_from_minute"], seed["end_minute"], seed["character"], labels, harm)


@dataclasses.dataclass
class Found:
    """One incident as a detector saw it."""
    kind: str
    usd: float
    delay: int | None  # minutes from its start; None: never told
    lost: float  # USD until then, or all of it


@dataclasses.dataclass
class Score:
    months: float
    found: list
    false_kinds: list  # of each false episode, the surprise it falls into, or "ordinary"
    false_minutes: int


def detect(label, harm, starts):
    start = next((at for at in starts if label.start <= at < label.end), None)
    if start is None:
        return Found(label.kind, label.usd, None, label.usd)
    return Found(label.kind, label.usd, start - label.start,
                 sum(usd for minute, usd in harm if minute < start))


def episodes(alarms):
    joined = []
    for start, end in sorted(alarms):
        if joined and start < joined[-1][1] + JOIN:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return joined


def surprise_at(labels, minute):
    for label in labels:
        if not label.harmful and label.start <= minute < label.end + AFTER:
            return label.kind
    return "ordinary"


def score(year, alarms):
    """`alarms`: [(start, end)] of all rules of one detector, in minutes."""
    alarms = [(start, end) for start, end in alarms if year.judged_from <= start < year.end]
    starts = sorted(start for start, _ in alarms)
    found = [detect(label, harm, starts) for label, harm in zip(year.labels, year.harm)
             if label.harmful and label.usd >= MIN_USD]
    about = [label for label in year.labels if label.harmful]
    false = [episode for episode in episodes(alarms)
             if not any(label.start <= episode[0] < label.end + AFTER for label in about)]
    return Score(year.months, found, [surprise_at(year.labels, start) for start, _ in false],
                 sum(min(end, year.end) - start for start, end in false))


def quantile(values, part):
    """The nearest value from above, as in bench/run-tell; never told counts as infinitely late."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)] if values else None


def finite(value):
    return None if value is None or math.isinf(value) else value


def part(found):
    """What there is to say about some incidents."""
    told = [one for one in found if one.delay is not None]
    delays = [math.inf if one.delay is None else one.delay for one in found]
    usd = sum(one.usd for one in found)
    return {"incidents": len(found), "found": len(told),
            "recall": len(told) / len(found) if found else None,
            "delay_p50": finite(quantile(delays, 0.5)), "delay_p90": finite(quantile(delays, 0.9)),
            "delay_p50_of_found": finite(quantile([one.delay for one in told], 0.5)),
            "told_before_1_usd": (sum(one.lost < MIN_USD for one in told) / len(found)
                                  if found else None),
            "usd": usd, "usd_lost": sum(one.lost for one in found),
            "usd_lost_p50": statistics.median(one.lost for one in found) if found else None}


def summary(scores):
    """All seeds of one detector."""
    found = [one for score in scores for one in score.found]
    months = sum(score.months for score in scores)
    kinds = [kind for score in scores for kind in score.false_kinds]
    urgent = [one for one in found if one.kind in RUNAWAYS_AND_LEAKS]
    hosts = sorted(len(score.false_kinds) / score.months for score in scores)
    return {"host_months": months,
            "kinds": {kind: part([one for one in found if one.kind == kind]) for kind in KINDS},
            "all": part(found), "runaways_and_leaks": part(urgent),
            "runaways_and_leaks_5_usd": part([one for one in urgent if one.usd >= 5]),
            "false_per_month": len(kinds) / months,
            "false_per_month_of_worst_host": hosts[-1], "hosts_below_1": sum(rate <= 1 for rate in hosts),
            "hosts": len(hosts),
            "false_hours_per_month": sum(score.false_minutes for score in scores) / 60 / months,
            "false_by_surprise": {kind: kinds.count(kind) for kind in sorted(set(kinds))}}
