"""Grafana's own panels from npm: the harness of ../shared, built once into a cache."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess

from demo.host import ROOT

GIVEN = ROOT.parent / "shared" / "grafana-harness"
DASHBOARDS = ROOT / "dashboards"
PHONE = 390


def missing():
    """What this machine lacks to draw panels, or None."""
    if "CLAWVIGIL_PANELS" not in os.environ and not GIVEN.is_dir():
        return f"no {GIVEN}"
    return next((name for name in ("node", "npm", "chromium") if shutil.which(name) is None), None)


def harness():
    """Its directory, built; CLAWVIGIL_PANELS names one that is."""
    if given := os.environ.get("CLAWVIGIL_PANELS"):
        return pathlib.Path(given)
    text = b"".join(path.read_bytes() for path in sorted(GIVEN.rglob("*")) if path.is_file())
    cache = pathlib.Path.home() / ".cache" / "clawvigil-panels" / hashlib.sha256(text).hexdigest()[:12]
    if not (cache / "dist" / "index.html").exists():
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(GIVEN, cache)
        for directory in [cache, *(path for path in cache.rglob("*") if path.is_dir())]:
            directory.chmod(0o755)
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cache)
        run(["npm", "run", "build"], cache)
    return cache


def run(words, directory):
    subprocess.run(words, cwd=directory, check=True, stdout=subprocess.DEVNULL)


def shrink(picture, target, colors):
    """As few bytes as a palette of so many colours allows, where pngquant is installed."""
    if shutil.which("pngquant"):
        run(["pngquant", "--force", "--strip", "--output", target, str(colors), picture], picture.parent)
    else:
        shutil.copy(picture, target)


def typecheck(names):
    """Against Grafana's generated types, which lack what annotations of Prometheus have."""
    directory = harness() / "typecheck"
    directory.mkdir(exist_ok=True)
    paths = []
    for name in names:
        made = json.loads((DASHBOARDS / f"{name}.json").read_text())
        for one in made["annotations"]["list"]:
            for key in ("expr", "step", "tagKeys", "textFormat", "titleFormat"):
                one.pop(key, None)
        paths.append(directory / f"{name}.json")
        paths[-1].write_text(json.dumps(made))
    return subprocess.run(["node", "typecheck.mjs", *paths], cwd=harness(), check=False).returncode == 0


def for_a_phone(made):
    """Below 769 pixels Grafana puts every panel on a row of its own, in the order of reading."""
    y = 0
    for panel in sorted(made["panels"], key=lambda p: (p["gridPos"]["y"], p["gridPos"]["x"])):
        panel["gridPos"] = {**panel["gridPos"], "x": 0, "y": y, "w": 24}
        y += panel["gridPos"]["h"]
    return made


def render(names, prometheus, out, width=1500, arguments=()):
    """One PNG a dashboard into `out`; true if every panel has data and no error."""
    sources = [DASHBOARDS / f"{name}.json" for name in names]
    if width < 769:
        place = out / "narrow"
        place.mkdir(parents=True, exist_ok=True)
        for source in sources:
            (place / source.name).write_text(json.dumps(for_a_phone(json.loads(source.read_text()))))
        sources = [place / source.name for source in sources]
    words = ["node", "render.mjs", "--prometheus", prometheus, "--out", out, "--width", str(width),
             "--scrape-interval", "15", "--fail-on-warning", "--timeout", "300", *arguments, *sources]  # fmt: skip
    return subprocess.run([str(word) for word in words], cwd=harness(), check=False).returncode == 0
