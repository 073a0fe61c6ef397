"""`gradepush resolve` against joins with pandas and polars: who and what each row of a large sheet means."""

import sys
from dataclasses import asdict

from clients import PEERS, Gradepush
from measure import measured, spread
from sandbox import free_port, sandbox
from tables import table
from world import Size, make_world

REPETITIONS = 3
OURS = "gradepush resolve"


def sizes(quick):
    if quick:
        return [Size(80, 125, 1, people=2_000)]
    return [Size(8_000, 125, 1, people=60_000), Size(8_000, 125, 5, people=60_000)]


def joins(world, folder):
    """The commands of the peers. `resolve` writes no table, so each of them goes without first."""
    for library in ("polars", "pandas"):
        join = [sys.executable, PEERS / "join.py", library, world.scores, world.users, world.courses]
        yield library, join
        yield f"{library}, result written", [*join, folder / "joined.csv"]


def resolve_all(program, folder, size, repetitions):
    """The runs of everybody on a sheet of this size."""
    world, port = make_world(folder / f"{size.cells}", size), free_port()
    ours = Gradepush(program, folder)
    with sandbox(program, world.world, port, []):
        ours.fetch(port)
    runs = {}
    for _ in range(repetitions):
        runs.setdefault(OURS, []).append(ours.run("resolve", world.scores))
        for name, command in joins(world, folder):
            runs.setdefault(name, []).append(measured(command, {}, folder / "output.txt"))
    return runs


def compare(program, folder, quick):
    figures, rows = [], []
    for size in sizes(quick):
        every = resolve_all(program, folder, size, 1 if quick else REPETITIONS)
        for name, runs in every.items():
            figures.append({"rows": size.cells, "who": name, "runs": [asdict(run) for run in runs]})
            ratios = [mine.wall / run.wall for mine, run in zip(every[OURS], runs, strict=True)]
            took = [spread([run.wall for run in runs]), spread([run.cpu for run in runs])]
            memory = f"{max(run.memory for run in runs):,.0f}"
            rows.append([f"{size.cells:,}", name, *took, memory, "" if name == OURS else spread(ratios)])
    return figures, table(["rows", "", "wall s", "CPU s", "MB", "gradepush's wall ÷ this"], rows)
