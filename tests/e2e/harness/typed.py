"""Commands as they stand in documents and comments, typed into a shell of a container."""

import re
import subprocess


def lines_of(text):
    """The commands of a block, without comments; what goes on in the next line is joined."""
    joined = re.sub(r"(\\|\|)\n\s*", lambda match: match[1].replace("\\", "") + " ", text)
    lines = (line.strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def follow(case, container, directory, line, given="", allowed=(0,)):
    """Types one line in `directory`, and `given` where it asks for something: what it says."""
    shell = ["bash", "-c", f"cd {directory} && {line}"]
    done = subprocess.run(
        container.command(*shell), input=given, capture_output=True, text=True, timeout=180
    )
    said = done.stdout + done.stderr
    assert done.returncode in allowed, f"{line}: exit {done.returncode}\n{said}"
    case.step(f"$ {line[:100]}" + (f"   (exit {done.returncode})" if done.returncode else ""))
    return said
