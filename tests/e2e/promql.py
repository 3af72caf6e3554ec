#!/usr/bin/env python3
"""Generated PromQL over the same samples, ours and a real Prometheus: equal results.

One set of samples is imported (an hour, 15 s apart, with gaps, resets, NaN and Inf), one is scraped
while the case runs. Both are read back from Prometheus, so that exactly its samples are evaluated.
Debian's Prometheus 2.42 has ranges that are closed to the left, Prometheus 3 and we have not: no
instant is asked for whose range could begin at a sample. Its sums are not compensated: values agree
within a relative 1e-9, and most to the last bit.
"""

import http.server
import json
import math
import os
import pathlib
import random
import subprocess
import threading
import time
import urllib.parse
import urllib.request

from harness.case import need_programs, run
from harness.processes import Process, free_ports, wait_until
from promql_generator import Generator

EXPRESSIONS = 800
SEED = 20261122
SCRAPES = 40
TOLERANCE = 1e-9

CONFIG = """\
global:
  scrape_interval: 200ms
  scrape_timeout: 200ms
scrape_configs:
  - job_name: live
    static_configs:
      - targets: ["{address}"]
"""


def families(prefix, rng):
    """Text of one scrape after another: counters with resets, gauges, odd values."""
    counters = {(host, code): 5000.0 for host in "abc" for code in ("200", "404", "500")}
    step = 0
    while True:
        lines = [f"# TYPE {prefix}_requests counter"]
        for (host, code), value in counters.items():
            value += rng.randrange(0, 50)
            if rng.random() < 0.02:
                value = float(rng.randrange(40, 90))
            counters[host, code] = value
            lines.append(f'{prefix}_requests_total{{host="{host}",code="{code}"}} {value}')
        lines.append(f"# TYPE {prefix}_level gauge")
        for host in "abc":
            for disk in "xyz":
                level = rng.uniform(-100, 100)
                lines.append(f'{prefix}_level{{host="{host}",disk="{disk}"}} {level!r}')
        lines.append(f"# TYPE {prefix}_info gauge")
        for version, host in enumerate("abc"):
            lines.append(f'{prefix}_info{{host="{host}",version="1.{version}"}} 1')
        lines.append(f"# TYPE {prefix}_odd gauge")
        for kind, value in (("nan", "NaN"), ("inf", "+Inf"), ("neg", "-Inf"), ("zero", "0")):
            odd = value if rng.random() < 0.5 else str(rng.randrange(-5, 6))
            lines.append(f'{prefix}_odd{{kind="{kind}"}} {odd}')
        lines.append(f"# TYPE {prefix}_steady gauge")
        lines.append(f"{prefix}_steady {step // 10}")
        step += 1
        yield lines


def import_blocks(case, rng, begin):
    """An hour before the case began; each series misses some samples."""
    samples = {}
    source = families("past", rng)
    for index in range(240):
        for line in next(source):
            if line.startswith("#"):
                samples.setdefault(line, [])
                family = line
            elif rng.random() > 0.05 or index == 0:
                samples[family].append((line, begin + 15 * index))
    text = case.directory / "samples.txt"
    with open(text, "w") as file:
        for family, lines in samples.items():
            print(family, file=file)
            for line, stamp in sorted(lines, key=lambda entry: entry[0].rsplit(" ", 1)[0]):
                print(line, stamp, file=file)
        print("# EOF", file=file)
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q", text, case.directory / "tsdb"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def start_target(case, rng):
    source = families("live", rng)
    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            with lock:
                body = "\n".join(next(source)).replace("requests counter", "requests_total counter")
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write((body + "\n").encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    case.stack.callback(server.shutdown)
    return f"127.0.0.1:{server.server_address[1]}"


def query(base, expression, milliseconds):
    """The "data" of the answer, or {"error": ...}."""
    stamp = f"{milliseconds // 1000}.{milliseconds % 1000:03}"
    body = urllib.parse.urlencode({"query": expression, "time": stamp}).encode()
    try:
        with urllib.request.urlopen(base + "/api/v1/query", body, timeout=30) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        return {"error": json.load(error).get("error", "")}


def free_instant(rng, begin, end, taken):
    """Between the two, in ms, at a millisecond of the second that has no sample."""
    while True:
        instant = rng.randrange(begin, end)
        if instant % 1000 not in taken:
            return instant


def same(a, b):
    a, b = float(a), float(b)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-9)


def series(data):
    if data["resultType"] == "scalar":
        return {"scalar": data["result"][1]}
    return {json.dumps(e["metric"], sort_keys=True): e["value"][1] for e in data["result"]}


def difference(theirs, ours, ordered):
    """None if they agree."""
    if "error" in theirs or "error" in ours:
        both = "error" in theirs and "error" in ours
        return None if both else f"{theirs.get('error', 'no error')} | {ours.get('error', 'no error')}"
    if theirs["resultType"] != ours["resultType"]:
        return f"{theirs['resultType']} | {ours['resultType']}"
    left, right = series(theirs), series(ours)
    if len(left) != len(theirs["result"]) and theirs["resultType"] == "vector":
        return "a series twice"
    if ordered and list(left) != list(right):
        return f"order: {list(left)} | {list(right)}"
    if left.keys() != right.keys():
        return f"series: {sorted(left)} | {sorted(right)}"
    wrong = {key: (left[key], right[key]) for key in left if not same(left[key], right[key])}
    return str(wrong) if wrong else None


def requests_for(rng, begin, stop, taken):
    generators = {"past": Generator(rng, "past", 15), "live": Generator(rng, "live", 1)}
    requests = []
    for index in range(EXPRESSIONS):
        kind = "live" if index % 3 == 0 else "past"
        if kind == "live":  # with offset -1s it must still be in what was read back
            instant = free_instant(rng, stop - 5000, stop - 1500, taken)
        else:
            instant = free_instant(rng, (begin + 600) * 1000, (begin + 4200) * 1000, {0})
        expression, ordered = generators[kind].expression()
        requests.append((expression, instant, ordered))
    return requests


def check(case):
    need_programs("prometheus", "promtool")
    evaluator = pathlib.Path(os.environ["PROMQL_QUERY"])
    rng = random.Random(SEED)
    begin = int(time.time()) // 60 * 60 - 3 * 3600
    import_blocks(case, rng, begin)
    config = case.directory / "prometheus.yml"
    config.write_text(CONFIG.format(address=start_target(case, rng)))
    port = free_ports(1)
    prometheus = Process(
        [
            "prometheus",
            f"--config.file={config}",
            f"--storage.tsdb.path={case.directory}/tsdb",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        case.directory / "prometheus.log",
    )
    case.stack.callback(prometheus.stop)
    base = f"http://127.0.0.1:{port}"

    def number(expression):
        data = query(base, expression, int(time.time() * 1000))
        return float(data["result"][0]["value"][1]) if data.get("result") else 0

    # A scrape that comes too late ends the series, and that is not among what can be read back.
    def scraped():
        try:
            enough = number("count_over_time(live_steady[1h])") >= SCRAPES
            return enough and number('min_over_time(up{job="live"}[15s])') == 1
        except urllib.error.URLError:
            return False

    wait_until(f"{SCRAPES} scrapes, none too late for 15 s", scraped, 120)
    stop = int(time.time() * 1000)
    case.step("an hour imported, and scraped")

    answer = query(base, '{__name__=~".+"}[5h]', stop)
    samples = case.directory / "samples.json"
    samples.write_text(json.dumps({"data": answer}))
    points = [point for entry in answer["result"] for point in entry["values"]]
    assert len(points) > 6000, len(points)
    taken = {round(point[0] * 1000) % 1000 for point in points}

    requests = requests_for(rng, begin, stop, taken)
    lines = "".join(json.dumps({"query": e, "time": t}) + "\n" for e, t, _ in requests)
    output = subprocess.run(
        [evaluator, samples], input=lines, text=True, capture_output=True, check=True
    ).stdout
    ours = [json.loads(line) for line in output.splitlines()]
    assert len(ours) == len(requests)

    wrong, errors, empty, exact, values = [], 0, 0, 0, 0
    for (expression, instant, ordered), mine in zip(requests, ours):
        theirs = query(base, expression, instant)
        problem = difference(theirs, mine, ordered)
        if problem:
            wrong.append(f"{expression}\n  at {instant}: {problem}")
        elif "error" in theirs:
            errors += 1
        else:
            left, right = series(theirs), series(mine)
            empty += not left
            values += len(left)
            exact += sum(float(left[k]) == float(right[k]) or left[k] == right[k] for k in left)
    case.step(
        f"{len(requests)} expressions: {errors} errors on both sides, {empty} empty; "
        f"{exact} of {values} values equal to the last bit"
    )
    assert not wrong, f"{len(wrong)} differ (theirs | ours):\n" + "\n".join(wrong[:20])
    assert errors < len(requests) / 10 and empty < len(requests) / 4, "the generator says too little"


if __name__ == "__main__":
    run(check)
