"""Compares gradepush with other ways to do its work. `tests/bench/compare/run` sets up what this needs.

The server is always `gradepush sandbox` on this machine, fresh for each run. What is written lies below
`target/compare`: the figures of every run as `WHAT.json`, the tables as `WHAT.md`.
"""

import argparse
import json
import sys
from pathlib import Path

import offline
import pushing
import speeds
import tables
from clients import program_version
from measure import machine
from scenarios import scenarios


def push(program, folder, quick):
    runs = pushing.compare_pushes(program, folder, quick)
    results = [tables.Results(scenario, runs) for scenario in scenarios(quick)]
    return pushing.as_json(runs), f"{tables.targets_table(results)}\n\n{tables.clients_table(results)}"


WHAT = {
    "push": (push, "time, CPU, memory, requests and quota of a push, against two other clients (about 15 minutes)"),
    "offline": (offline.compare, "`resolve` against pandas and polars, without a server (about 5 minutes)"),
    "speeds": (speeds.compare, "pushes at three job speeds against the formula of docs/pace.md (about 4 minutes)"),
}


def main():
    parser = argparse.ArgumentParser(prog="run", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "what", nargs="?", choices=WHAT, default="push", help="\n".join(f"{k}: {v[1]}" for k, v in WHAT.items())
    )
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, one repetition: to see that everything works"
    )
    parser.add_argument("--program", required=True, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--folder", required=True, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    program, folder = arguments.program.resolve(), arguments.folder / arguments.what
    folder.mkdir(parents=True, exist_ok=True)
    figures, page = WHAT[arguments.what][0](program, folder, arguments.quick)
    conditions = f"{program_version(program)}; {machine()}"
    sizes = " Small sizes: no figures to compare." if arguments.quick else ""
    page = f"{page}\n\n{conditions}.{sizes}\n"
    arguments.folder.joinpath(f"{arguments.what}.json").write_text(
        json.dumps({"conditions": conditions, "runs": figures}, indent=1)
    )
    arguments.folder.joinpath(f"{arguments.what}.md").write_text(page)
    print(f"\n{page}")
    wrong = sum(figure.get("wrong", 0) for figure in figures)
    sys.exit(f"{wrong} grades are wrong" if wrong else 0)


if __name__ == "__main__":
    main()
