"""Measure, print, and store: ``python -m benchmarks``.

If something else disturbed the measurements, the program says so, fails, and leaves the stored results as they were.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from benchmarks import plan
from benchmarks.report import report
from benchmarks.run import run

RESULTS = Path(__file__).with_name("results.json")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it runs; stored with --output")
    parser.add_argument(
        "--output", type=Path, help=f"where to store the results, disturbed or not, instead of in {RESULTS.name}"
    )
    options = parser.parse_args(arguments)
    results = run(plan.quick() if options.quick else plan.full(), say=lambda line: print(line, file=sys.stderr))
    print(report(results))
    output = options.output or (None if options.quick else RESULTS)
    spoiled = bool(results["disturbed"]) and not options.quick
    if spoiled and output == RESULTS:
        print(f"{RESULTS.name} is left as it was: the machine must be quiet", file=sys.stderr)
    elif output:
        store(results, output)
    return int(spoiled)


def store(results, path):
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, path)


if __name__ == "__main__":
    sys.exit(main())
