"""A real Prometheus that scrapes one daemon every second."""

import json
import urllib.parse

from harness.case import need_programs
from harness.processes import Process, free_ports, http_get, wait_until

CONFIG = """\
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: {rules}
scrape_configs:
  - job_name: clawvigil
    static_configs:
      - targets: ["{address}"]
"""

# Unknown where no probe has run as root, and where the machine's own firewall is left out.
UNJUDGED = ("AuditCritical", "ExposedAndUnfirewalled")


class Prometheus:
    def __init__(self, case, address, rules=()):
        """`rules` are paths of rule files."""
        need_programs("prometheus", "promtool")
        config = case.directory / "prometheus.yml"
        files = json.dumps([str(path) for path in rules])
        config.write_text(CONFIG.format(address=address, rules=files))
        self.address = f"127.0.0.1:{free_ports(1)}"
        arguments = [
            "prometheus",
            f"--config.file={config}",
            f"--storage.tsdb.path={case.directory}/tsdb",
            f"--web.listen-address={self.address}",
        ]
        self.process = Process(arguments, case.directory / "prometheus.log")
        case.stack.callback(self.process.stop)

    def query(self, expression):
        """The value of the only series, or None."""
        answer = self.api(f"query?query={urllib.parse.quote(expression)}")
        result = answer.get("result", [])
        return float(result[0]["value"][1]) if len(result) == 1 else None

    def wait_judged(self):
        """Until clawvigil, scraped here, can judge every critical rule, and no alert says else."""
        names = "|".join(UNJUDGED)
        unknown = (
            'sum(clawvigil_rule_state{severity="critical", '
            f'rule!~"{names}"}} == bool 1)'
        )
        wait_until(
            lambda: f"critical rules stay unknown: {self.query(unknown)}",
            lambda: self.query(unknown) == 0,
            60,
        )
        wait_until("RuleUnknown ends", lambda: "RuleUnknown" not in self.alerts(), 30)

    def alerts(self):
        """Name to state ("pending", "firing") of what is active, but that UNJUDGED is unknown."""
        found = {}
        for alert in self.api("alerts").get("alerts", []):
            if alert["labels"].get("rule") in UNJUDGED:
                continue
            name, state = alert["labels"]["alertname"], alert["state"]
            if found.get(name) != "firing":
                found[name] = state
        return found

    def api(self, path):
        return json.loads(http_get(f"http://{self.address}/api/v1/{path}") or "{}").get("data", {})
