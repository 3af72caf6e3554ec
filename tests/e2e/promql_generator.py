"""Expressions over the families of promql.py that mean something and have one right answer.

Left out is where Prometheus 2.42 and 3 differ: NaN or Inf in stddev, the name that atan2 keeps of a
vector, ties in topk, what 3 added.
"""


class Generator:
    def __init__(self, rng, prefix, seconds):
        self.rng = rng
        self.prefix = prefix
        self.ranges = [f"{seconds * n}s" for n in (2, 3, 4, 10, 20)]
        if prefix == "past":
            self.ranges += ["5m", "7m30s", "1h"]

    def pick(self, *choices):
        return self.rng.choice(choices)

    def expression(self):
        """An expression, and whether the order of its result counts."""
        if self.rng.random() < 0.06:
            order = self.pick("sort", "sort_desc")
            return f"{order}({self.level()})", True
        return self.vector(3), False

    def matchers(self, label, values):
        kind = self.rng.randrange(6)
        value = self.rng.choice(values)
        return [
            "",
            f'{{{label}="{value}"}}',
            f'{{{label}!="{value}"}}',
            f'{{{label}=~"{value}|none"}}',
            f'{{{label}!~"{value}.*"}}',
            f'{{{label}=~".+",missing=""}}',
        ][kind]

    def offset(self):
        return self.pick("", "", "", " offset 1s", " offset 3s", " offset -1s")

    def counter(self):
        return f"{self.prefix}_requests_total" + self.matchers("code", ["200", "404", "500"])

    def level(self):
        return f"{self.prefix}_level" + self.matchers("host", ["a", "b", "c"])

    def plain(self):
        """Finite values."""
        return self.pick(self.counter(), self.level(), self.level()) + self.offset()

    def any_selector(self):
        return self.pick(
            self.plain(), self.plain(), f"{self.prefix}_odd", f"{self.prefix}_steady"
        )

    def scalar(self):
        return self.pick(
            "0", "2", "-3.5", "1e3", "0x10", "Inf", "time()", f"scalar({self.prefix}_steady)",
            "(1 + 2 * 3 ^ 2 ^ 0.5)", "-2 ^ 2", "(17 % 5)", "1 atan2 2", "(3 > bool 2)",
        )  # fmt: skip

    def range_call(self):
        span = f"[{self.pick(*self.ranges)}]{self.offset()}"
        counters = ("rate", "increase", "irate", "resets")
        gauges = ("delta", "idelta", "deriv", "changes", "stddev_over_time", "stdvar_over_time")
        every = (
            "avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time",
            "last_over_time", "present_over_time", "changes",
        )  # fmt: skip
        kind = self.rng.randrange(6)
        if kind <= 1:
            return f"{self.pick(*counters)}({self.counter()}{span})"
        if kind == 2:
            return f"{self.pick(*gauges)}({self.level()}{span})"
        if kind == 3:
            q = self.pick("0", "0.25", "0.5", "0.99", "1", "-1", "2")
            return f"quantile_over_time({q}, {self.level()}{span})"
        if kind == 4:
            return f"predict_linear({self.level()}{span}, {self.pick('60', '-10', '3600')})"
        return f"{self.pick(*every)}({self.pick(self.counter(), self.level(), self.prefix + '_odd')}{span})"

    def value_call(self, depth):
        inner = self.vector(depth - 1)
        kind = self.rng.randrange(5)
        if kind == 0:
            names = "abs ceil floor exp sqrt ln log2 log10 sgn round sin cos tan atan deg rad"
            return f"{self.pick(*names.split())}({inner})"
        if kind == 1:
            return f"clamp({inner}, {self.pick('-10', '0')}, {self.pick('10', '100', '-20')})"
        if kind == 2:
            return f"{self.pick('clamp_min', 'clamp_max')}({inner}, {self.scalar()})"
        if kind == 3:
            return f"round({inner}, {self.pick('0.1', '5', '0.25')})"
        names = "minute hour day_of_week day_of_month day_of_year days_in_month month year"
        return f"{self.pick(*names.split())}({self.level()} * 1e7)"

    def label_call(self):
        inner = self.plain()
        if self.rng.random() < 0.5:
            replacement = self.pick("$1", "${1}-x", "", "plain", "$2$1")
            target = self.pick("new", "host", "__name__")
            source = self.pick("host", "code", "none", "__name__")
            regex = self.pick("(.)(.*)", "a|b", "(.*)", "2(.)0")
            return f'label_replace({inner}, "{target}", "{replacement}", "{source}", "{regex}")'
        return f'label_join({inner}, "new", "{self.pick("-", "")}", "host", "none", "code")'

    def grouping(self):
        labels = self.pick("host", "code", "host, code", "", "none", "disk, host")
        return self.pick("", f" by ({labels})", f" by ({labels})", f" without ({labels})")

    def aggregation(self, depth):
        kind = self.rng.randrange(6)
        if kind == 0:
            return f"{self.pick('stddev', 'stdvar')}{self.grouping()} ({self.plain()})"
        if kind == 1:
            k = self.pick("1", "2", "5", "0", "100")
            return f"{self.pick('topk', 'bottomk')}{self.grouping()} ({k}, {self.level()})"
        if kind == 2:
            q = self.pick("0", "0.3", "0.5", "1", "-0.1", "1.1")
            return f"quantile{self.grouping()} ({q}, {self.vector(depth - 1)})"
        if kind == 3:
            return f'count_values{self.grouping()} ("value", {self.any_selector()})'
        name = self.pick("sum", "avg", "min", "max", "count", "group")
        inner, group = self.vector(depth - 1), self.grouping()
        return self.pick(f"{name}{group} ({inner})", f"{name}({inner}){group}")

    def with_scalar(self, depth):
        op = self.pick("+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=")
        bool_modifier = " bool" if op[0] in "=!<>" and self.rng.random() < 0.4 else ""
        sides = [self.vector(depth - 1), self.scalar()]
        self.rng.shuffle(sides)
        return f"({sides[0]} {op}{bool_modifier} {sides[1]})"

    def matched(self):
        """Two vectors whose labels fit each other."""
        op = self.pick("+", "-", "*", "/", ">", "<=", "== bool")
        kind = self.rng.randrange(6)
        info = f"{self.prefix}_info"
        if kind == 0:
            return f"{self.counter()} {op} {self.counter()}"
        if kind == 1:
            include = self.pick("", "(version)", "(version, none)")
            return f"{self.plain()} {op} on (host) group_left {include} ({info})"
        if kind == 2:
            return f"{info} {op} on (host) group_right () {self.level()}"
        if kind == 3:
            whole = f"sum without (disk) ({self.level()})"
            return f"{self.level()} {op} ignoring (disk) group_left {whole}"
        if kind == 4:
            return f"sum by (host) ({self.level()}) {op} on (host) max by (host) ({self.counter()})"
        # An error where more than one has the host; 2.42 forgives it where a comparison drops them.
        return f"{self.plain()} {self.pick('+', '*', '== bool')} on (host) {info}"

    def set_operation(self, depth):
        op = self.pick("and", "or", "unless")
        match = self.pick("", " on (host)", " ignoring (disk, code, version)", " on ()")
        return f"({self.vector(depth - 1)} {op}{match} {self.vector(depth - 1)})"

    def absence(self):
        missing = self.pick('nothing{a="b"}', self.level(), 'nothing{a="b",a="c",d=~"e",f="g"}')
        if self.rng.random() < 0.5:
            return f"absent({missing})"
        return f"absent_over_time({missing}[{self.pick(*self.ranges)}])"

    def vector(self, depth):
        if depth <= 0:
            return self.pick(self.any_selector(), self.range_call(), f"vector({self.scalar()})")
        makers = (
            self.any_selector, self.range_call, self.range_call, self.label_call, self.matched,
            self.absence, lambda: f"timestamp({self.plain()})",
            lambda: f"-{self.vector(depth - 1)}",
            lambda: self.value_call(depth), lambda: self.value_call(depth),
            lambda: self.aggregation(depth), lambda: self.aggregation(depth),
            lambda: self.with_scalar(depth), lambda: self.with_scalar(depth),
            lambda: self.set_operation(depth),
        )  # fmt: skip
        return self.rng.choice(makers)()
