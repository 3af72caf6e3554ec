#!/usr/bin/env python3
"""Every relative link of every document leads to a file of this checkout, and its anchor to a heading
there; so do links to this repository's own address. Images count as links. Usage: links.py DIRECTORY"""

import pathlib
import re
import sys
import urllib.parse

OWN = "https://github.com/clawvigil/clawvigil/blob/main/"
NOT_OURS = {"build", ".git", "node_modules", "corpus"}
FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|\b(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def without_code(text):
    return FENCE.sub("", text)


def anchors(text):
    """Of the headings, as GitHub names them: small letters, no punctuation, "-" for blanks, and
    -1, -2 for those that come again."""
    found, seen = set(), {}
    for heading in HEADING.findall(without_code(text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = seen.get(name, 0)
        seen[name] = count + 1
        found.add(f"{name}-{count}" if count else name)
    return found


def documents(root):
    for path in sorted(root.rglob("*.md")):
        if not NOT_OURS & set(path.relative_to(root).parts):
            yield path


def problem(root, document, link):
    """What is wrong with a link; None if nothing is, or it leads elsewhere."""
    if link.startswith(OWN):
        base, link = root, link.removeprefix(OWN)
    elif re.match(r"[a-z][a-z0-9+.-]*:", link):
        return None
    else:
        base = document.parent
    place, _, anchor = link.partition("#")
    target = (base / urllib.parse.unquote(place)).resolve() if place else document
    if not target.is_relative_to(root):
        return "leaves the repository"
    if not target.exists():
        return "leads nowhere"
    if anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
        return "has no such heading"
    return None


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    problems, count = [], 0
    for document in documents(root):
        for match in LINK.finditer(CODE.sub("", without_code(document.read_text()))):
            count += 1
            link = match[1] or match[2]
            if wrong := problem(root, document, link):
                problems.append(f"{document.relative_to(root)}: {link} {wrong}")
    assert count > 30, f"only {count} links found"
    assert not problems, "\n" + "\n".join(problems)
    print(f"{count} links lead somewhere")


if __name__ == "__main__":
    main()
