"""An address beyond loopback, inside the network namespace of one case."""

import subprocess

ADDRESS = "10.77.0.1"  # as make_network() has it: reachable from beyond this machine


def make_network():
    for command in (
        "link set lo up",
        "link add veth0 type veth peer name veth1",
        f"addr add {ADDRESS}/24 dev veth0",
        "link set veth0 up",
        "link set veth1 up",
    ):
        subprocess.run(["ip", *command.split()], check=True)
