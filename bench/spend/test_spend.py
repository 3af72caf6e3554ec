#!/usr/bin/env python3
"""What the benchmark's figures rest on: years that are the same every time, labels that fit them, and
the arithmetic of the scorer on cases made by hand. Arguments: spend_generate, spend_replay_peers."""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import score
from score import Label, Year

GENERATE, REPLAY_PEERS = sys.argv[1:3]
FILES = ("use.csv", "labels.csv", "harm.csv", "seed.json")
SEEDS = (2, 4, 8)  # two characters that are busy, an idle one; 8 starts cold
COLUMNS = ("usd", "input", "output", "cache_read", "cache_write", "requests", "failed", "human_turns",
           "chain", "repeats")


def rows_of(path):
    with open(path, newline="") as rows:
        return list(csv.DictReader(rows))


class Generated(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.scratch.name)
        for seed in SEEDS:
            cls.generate(seed, cls.root / str(seed))

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    @staticmethod
    def generate(seed, directory):
        subprocess.run([GENERATE, str(seed), directory, "60"], check=True)

    def test_a_seed_is_the_same_year_every_time(self):
        again = self.root / "again"
        self.generate(SEEDS[0], again)
        for name in FILES:
            self.assertEqual((again / name).read_bytes(),
                             (self.root / str(SEEDS[0]) / name).read_bytes(), name)

    def test_seeds_differ(self):
        years = [(self.root / str(seed) / "use.csv").read_bytes() for seed in SEEDS]
        self.assertEqual(len(set(years)), len(SEEDS))

    def test_use_is_in_order_and_within_its_span(self):
        for seed in SEEDS:
            year = json.loads((self.root / str(seed) / "seed.json").read_text())
            rows = rows_of(self.root / str(seed) / "use.csv")
            seen = [(int(row["seen_minute"]), int(row["minute"])) for row in rows]
            self.assertEqual(seen, sorted(seen))
            self.assertGreaterEqual(seen[0][0], year["first_minute"])
            self.assertLess(seen[-1][0], year["end_minute"])
            for row in rows:
                values = {name: float(row[name]) for name in COLUMNS}
                self.assertGreaterEqual(min(values.values()), 0, row)
                self.assertGreaterEqual(values["requests"], max(1, values["failed"]), row)
                self.assertGreaterEqual(values["chain"], 1, row)
                self.assertGreaterEqual(values["chain"] + 1, values["repeats"], row)
                self.assertEqual(values["failed"] == values["requests"], values["output"] == 0, row)

    def test_labels_and_harm_fit_the_use(self):
        for seed in SEEDS:
            directory = self.root / str(seed)
            spent = {}
            for row in rows_of(directory / "use.csv"):
                minute = int(row["seen_minute"])
                spent[minute] = spent.get(minute, 0) + float(row["usd"])
            year = score.read_year(directory)
            harmful = [label for label in year.labels if label.harmful]
            self.assertTrue(harmful)
            for label, harm in zip(year.labels, year.harm):
                self.assertLess(label.start, label.end)
                self.assertGreaterEqual(label.start, year.judged_from)
                self.assertLessEqual(label.end, year.end)
                if not harm:
                    continue
                self.assertAlmostEqual(sum(usd for _, usd in harm), label.usd, delta=1e-3)
                self.assertEqual((harm[0][0], harm[-1][0] + 1), (label.start, label.end))
                for minute, usd in harm:
                    self.assertLessEqual(usd, spent[minute] + 1e-5)
            for one in harmful:  # a day apart, so that an alarm is about one of them
                for other in harmful:
                    self.assertTrue(one is other or one.end + 1380 < other.start
                                    or other.end + 1380 < one.start)

    def test_peers_replay_a_threshold(self):
        directory = self.root / str(SEEDS[0])
        output = subprocess.run([REPLAY_PEERS, directory], check=True, capture_output=True, text=True)
        alarms = [line.split(",") for line in output.stdout.splitlines()]
        told = {minute for _, rule, start, end in alarms if rule == "usd_hour"
                for minute in range(int(start), int(end))}
        year = json.loads((directory / "seed.json").read_text())
        spent = [0] * (year["end_minute"] - year["first_minute"])
        for row in rows_of(directory / "use.csv"):
            spent[int(row["seen_minute"]) - year["first_minute"]] += round(float(row["usd"]) * 1e6)
        expected, hour = set(), 0
        for at, micro in enumerate(spent, 1):  # known from the next minute on
            hour += micro - (spent[at - 61] if at > 60 else 0)
            if hour > 2_000_000:
                expected.add(year["first_minute"] + at)
        self.assertTrue(expected)
        self.assertEqual(told, expected)


class Scored(unittest.TestCase):
    """A year of 1,000 minutes from minute 1,000 on, with a leak of 4 USD from 1,200 to 1,240."""

    def setUp(self):
        self.leak = Label(1200, 1240, "leaked_key", True, 4.0)
        self.job = Label(1500, 1600, "big_job", False, 9.0)
        self.year = Year(1000, 2000, "idle", [self.leak, self.job],
                         [[(1200, 1.0), (1210, 1.0), (1239, 2.0)], []])

    def score(self, *alarms):
        return score.score(self.year, list(alarms))

    def test_silence_finds_nothing_and_tells_nothing_false(self):
        result = self.score()
        self.assertEqual([(one.delay, one.lost) for one in result.found], [(None, 4.0)])
        self.assertEqual(result.false_kinds, [])

    def test_delay_and_loss_end_with_the_first_alarm_within(self):
        found = self.score((1225, 1300), (1211, 1212)).found[0]
        self.assertEqual((found.delay, found.lost), (11, 2.0))

    def test_an_alarm_that_stood_before_is_no_news_and_false(self):
        result = self.score((1190, 1300))
        self.assertIsNone(result.found[0].delay)
        self.assertEqual((result.false_kinds, result.false_minutes), (["ordinary"], 110))

    def test_what_starts_within_an_hour_after_it_is_neither(self):
        result = self.score((1240, 1250), (1299, 1301))
        self.assertIsNone(result.found[0].delay)
        self.assertEqual(result.false_kinds, [])
        self.assertEqual(self.score((1300, 1301)).false_kinds, ["ordinary"])

    def test_alarms_less_than_an_hour_apart_are_one_episode(self):
        self.assertEqual(self.score((1400, 1410), (1469, 1470)).false_kinds, ["ordinary"])
        self.assertEqual(len(self.score((1400, 1410), (1470, 1471)).false_kinds), 2)

    def test_a_false_alarm_is_put_down_to_the_surprise_it_starts_in(self):
        self.assertEqual(self.score((1500, 1510), (1659, 1660), (1800, 1801)).false_kinds,
                         ["big_job", "big_job", "ordinary"])

    def test_small_incidents_are_neither_asked_for_nor_false(self):
        self.leak.usd = 0.5
        result = self.score((1205, 1206))
        self.assertEqual((result.found, result.false_kinds), ([], []))

    def test_only_judged_time_counts(self):
        self.assertEqual(self.score((990, 1100), (2000, 2001)).false_kinds, [])

    def test_sums(self):
        late = score.summary([self.score((1211, 1212), (1800, 1860)), self.score()])
        urgent = late["runaways_and_leaks"]
        self.assertEqual((urgent["incidents"], urgent["found"], urgent["recall"]), (2, 1, 0.5))
        self.assertEqual((urgent["delay_p50"], urgent["delay_p90"]), (11, None))
        self.assertEqual((urgent["usd"], urgent["usd_lost"]), (8.0, 6.0))
        months = 2 * 1000 / score.MONTH
        self.assertAlmostEqual(late["false_per_month"], 1 / months)
        self.assertAlmostEqual(late["false_hours_per_month"], 1 / months)
        self.assertEqual(late["false_by_surprise"], {"ordinary": 1})
        self.assertIsNone(late["kinds"]["drift"]["recall"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
