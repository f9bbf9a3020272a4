"""``python -m sparseae_lib.errata`` prints the ledger; with ``--json`` all of it, the evidence included."""

import argparse
import json

from sparseae_lib.errata import load_errata

parser = argparse.ArgumentParser(
    prog="python -m sparseae_lib.errata", description="The source's 52 lines, with verdicts."
)
parser.add_argument("--json", action="store_true", help="all fields, with the evidence, computed now")
arguments = parser.parse_args()

if arguments.json:
    print(json.dumps([entry.as_dict() for entry in load_errata()], indent=2, ensure_ascii=False))
else:
    for entry in load_errata():
        print(f"{entry.id:4} {entry.verdict:11} {entry.reason}")
