#!/usr/bin/env python3
"""What `clawvigil check --sarif` prints is valid by the schema of SARIF 2.1.0, which Microsoft's
package for jest carries along."""

import json
import os
import random
import string
import subprocess
import tarfile

from harness.case import Skip, run
from harness.daemon import Daemon

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
LETTERS = string.ascii_letters + string.digits
# Made here, so that none stands in the sources: the shape of a key of Anthropic.
KEY = "sk-ant-" + "api03-" + "".join(random.Random(7).choices(LETTERS, k=93)) + "AA"


def schema(case):
    done = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=case.directory, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise Skip(f"no schema of SARIF: npm pack {PACKAGE}: {done.stderr}")
    with tarfile.open(case.directory / done.stdout.strip()) as package:
        return json.load(package.extractfile(SCHEMA))


def look(case):
    home = case.directory / "home"
    (home / "workspace" / "memory").mkdir(parents=True)
    (home / "openclaw.json").write_text("{}")
    (home / "workspace" / "memory" / "today.md").write_text(f"# Today\n\nkey: {KEY}\n")
    daemon = Daemon(case, home)
    command = [daemon.binary(), "check", "--sarif", *daemon.places]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=90, env={**os.environ, "LANG": "C.UTF-8"}
    )
    assert KEY[20:36] not in done.stdout, "a secret is shown"
    return json.loads(done.stdout)


def check(case):
    try:
        import jsonschema
    except ImportError as missing:
        raise Skip("python3-jsonschema is not installed") from missing
    log = look(case)
    validator = jsonschema.Draft4Validator(schema(case))
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]
    assert not problems, "\n".join(problems[:10])
    results = log["runs"][0]["results"]
    case.step(f"{len(results)} results, valid")
    (found,) = [result for result in results if result["ruleId"] == "SecretInWorkspace"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("/workspace/memory/today.md"), place
    assert place["region"]["startLine"] == 3, place
    case.step("a secret has its file and line")
    places = [result["locations"][0]["physicalLocation"] for result in results]
    uris = {place["artifactLocation"]["uri"] for place in places}
    assert all(uri and not uri.startswith(("/", "file:")) for uri in uris), uris
    case.step("every result has a file, as code scanning of GitHub demands")


if __name__ == "__main__":
    run(check, programs=("npm",))
