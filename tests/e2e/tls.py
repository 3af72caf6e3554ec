#!/usr/bin/env python3
"""A real gateway behind a real nginx, as a stranger meets it over HTTPS: with the gateway's token,
with a password of the proxy, and when either has been forgotten."""

import subprocess

from harness.case import need_programs, run
from harness.daemon import Daemon
from harness.network import make_network
from harness.openclaw import OpenClaw, Provider
from harness.processes import Process, wait_until

NAME = "claw.example.org"
AUTH = "clawvigil_http_auth_required"
HEADER = "clawvigil_http_security_header_present"
OWN_HEADERS = ("x-frame-options", "x-content-type-options", "content-security-policy")
HSTS = "strict-transport-security"
FACTS = (
    "clawvigil_tls_probe_success",
    "clawvigil_tls_chain_valid",
    "clawvigil_tls_name_valid",
    "clawvigil_http_redirects_to_https",
)

def make_certificates(directory):
    script = f"""
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 100 -subj /CN=ca \
      -keyout ca.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={NAME} \
      -keyout key.pem -out request.pem
    echo subjectAltName=DNS:{NAME} >extensions
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -days 90 -extfile extensions \
      -out certificate.pem
    echo "owner:$(openssl passwd -6 secret)" >passwords
    """
    subprocess.run(["sh", "-ec", script], cwd=directory, check=True, capture_output=True)


class Nginx:
    """Serves the name on 127.0.0.1, port 443, with what `location` says, and redirects port 80."""

    def __init__(self, case, port):
        self.case, self.port, self.process = case, port, None
        case.stack.callback(lambda: self.process and self.process.kill())

    def serve(self, location=""):
        if self.process:
            self.process.stop()
        place = self.case.directory
        temporary = "".join(
            f"{kind}_temp_path {place}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (place / "nginx.conf").write_text(f"""
        daemon off; worker_processes 1; pid {place}/nginx.pid; error_log stderr; user root;
        events {{}}
        http {{ access_log off; {temporary}
          server {{ listen 127.0.0.1:80; return 301 https://$host$request_uri; }}
          server {{ listen 127.0.0.1:443 ssl; server_name {NAME};
            ssl_certificate {place}/certificate.pem; ssl_certificate_key {place}/key.pem;
            location / {{ proxy_pass http://127.0.0.1:{self.port}; {location} }} }} }}
        """)
        command = ["nginx", "-p", place, "-c", place / "nginx.conf"]
        self.process = Process(command, place / "nginx.log")
        probe = ["curl", "-sk", "-o", "/dev/null", "https://127.0.0.1/"]
        wait_until("nginx answers", lambda: subprocess.run(probe, check=False).returncode == 0)


def set_auth(auth):
    def change(config):
        config["gateway"]["auth"] = auth
        config["gateway"]["trustedProxies"] = ["127.0.0.1"]

    return change


def visit(daemon):
    """What a fresh look finds."""
    daemon.start()
    daemon.wait_value(1, "clawvigil_collector_success", collector="tls")
    samples = {name: daemon.value(name, endpoint=NAME) for name in (AUTH, *FACTS)}
    headers = {h: daemon.value(HEADER, endpoint=NAME, header=h) for h in (*OWN_HEADERS, HSTS)}
    daemon.stop()
    return samples, headers


def trusted_proxy(version):
    settings = {"userHeader": "x-forwarded-user"}
    if not version.startswith("2026.3."):  # where loopback was always allowed
        settings["allowLoopback"] = True
    return {"mode": "trusted-proxy", "trustedProxy": settings}


def restart(claw, auth):
    claw.stop()
    claw.edit(set_auth(auth))
    claw.start()


def check(case, version):
    need_programs("nginx", "openssl")
    make_network()
    make_certificates(case.directory)
    provider = Provider(case, version)
    claw = OpenClaw(case, version, provider)
    token = {"mode": "token", "token": "labtoken-0123456789abcdef0123456789"}
    claw.edit(set_auth(token))
    claw.start()
    nginx = Nginx(case, claw.port)
    daemon = Daemon(case, claw.state)
    daemon.config.write_text(f"""
tls:
  endpoints:
    - url: https://{NAME}/
      address: 127.0.0.1:443
      ca-file: {case.directory}/ca.pem
""")

    nginx.serve()
    samples, headers = visit(daemon)
    assert all(value == 1 for value in samples.values()), samples
    assert all(headers[name] == 1 for name in OWN_HEADERS), headers
    assert headers[HSTS] == 0, headers
    case.step("the gateway's token: strangers are refused, only HSTS is missing")

    nginx.serve("add_header Strict-Transport-Security max-age=31536000 always;")
    assert visit(daemon)[1][HSTS] == 1
    case.step("the proxy adds it")

    restart(claw, {"mode": "none"})
    assert visit(daemon)[0][AUTH] == 0
    case.step("no authentication at all: strangers are served")

    nginx.serve(f"auth_basic x; auth_basic_user_file {case.directory}/passwords;")
    assert visit(daemon)[0][AUTH] == 1
    case.step("behind a password of the proxy: refused")

    restart(claw, trusted_proxy(version))
    forwarded = "proxy_set_header X-Forwarded-For 192.0.2.1;"
    nginx.serve(f"{forwarded} proxy_set_header X-Forwarded-User owner;")
    assert visit(daemon)[0][AUTH] == 0
    case.step("a trusted proxy that asks nobody: served")

    nginx.serve(f"{forwarded} proxy_set_header X-Forwarded-User '';")
    assert visit(daemon)[0][AUTH] == 1
    case.step("a trusted proxy that names nobody: refused")

    claw.stop()
    samples, headers = visit(daemon)
    assert samples[AUTH] is None and headers[HSTS] is None, (samples, headers)
    assert samples["clawvigil_tls_chain_valid"] == 1, samples
    case.step("the gateway is down: nothing is said about it, and all about the certificate")


if __name__ == "__main__":
    run(check, own_network=True)
