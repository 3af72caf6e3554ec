"""clawvigil's counters against the books of the model provider, which OpenClaw never sees."""

from harness.daemon import select
from harness.processes import wait_until

# USD per million tokens of input, output and cached input, as lab/config.mjs has them
PRICES = {"fake-large": (3, 15, 0.3), "fake-small": (0.25, 1.25, 0.025)}
MAX_USD_ERROR = 1e-9
TOKENS = "clawvigil_model_tokens_total"


def of_provider(books):
    """{model: {measure: value}} as OpenClaw would have to record what was handed out."""
    expected = {}
    for model, page in books.items():
        fresh = page["prompt"] - page["cached"]
        per_input, per_output, per_cached = PRICES[model]
        usd = fresh * per_input + page["completion"] * per_output + page["cached"] * per_cached
        expected[model] = {
            "input": fresh,
            "output": page["completion"],
            "cache_read": page["cached"],
            "cache_write": 0,
            "requests": page["requests"],
            "failed": page["failed"],
            "usd": usd / 1e6,
        }
    return expected


def of_page(samples):
    """The same of clawvigil's page, summed over agents and homes."""
    seen = {}

    def add(name, measure_of):
        for labels, value in select(samples, name):
            measures = seen.setdefault(labels["model"], {})
            measure = measure_of(labels)
            measures[measure] = measures.get(measure, 0) + value

    add(TOKENS, lambda labels: labels["token_type"])
    add("clawvigil_model_requests_total", lambda _: "requests")
    add("clawvigil_model_requests_failed_total", lambda _: "failed")
    add("clawvigil_model_cost_usd_total", lambda _: "usd")
    return seen


def difference(seen, expected):
    """Lines that say what is not equal; empty when all is."""
    lines = []
    for model in sorted(seen.keys() | expected.keys()):
        mine, handed_out = seen.get(model, {}), expected.get(model, {})
        for measure in sorted(mine.keys() | handed_out.keys()):
            a, b = mine.get(measure, 0), handed_out.get(measure, 0)
            if abs(a - b) > (MAX_USD_ERROR if measure == "usd" else 0):
                lines.append(f"{model} {measure}: clawvigil {a!r}, handed out {b!r}")
    return lines


def check_never_more(seen, expected):
    for model, measures in seen.items():
        for measure, value in measures.items():
            most = expected.get(model, {}).get(measure, 0) + MAX_USD_ERROR
            assert value <= most, f"{model} {measure} counted twice: {value} of {most}"


def wait_equal(daemon, provider, seconds=40):
    """Until the page says what the books say; it may never say more on the way."""
    lines = []

    def equal():
        seen = of_page(daemon.samples())
        expected = of_provider(provider.books())
        check_never_more(seen, expected)
        lines[:] = difference(seen, expected)
        return not lines

    wait_until(lambda: "equal to the books:\n" + "\n".join(lines), equal, seconds, every=0.3)


def wait_equal_and_stay(daemon, provider, seconds=40):
    """Equal, and still equal after everything has been looked at once more."""
    wait_equal(daemon, provider, seconds)
    daemon.wait_runs("usage")
    wait_equal(daemon, provider, 0)
