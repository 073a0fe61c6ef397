"""`gradepush resolve` against joins with pandas and polars: who and what each row of a large sheet means."""

import sys
from dataclasses import asdict

from clients import PEERS, Gradepush
from measure import measured, spread
from sandbox import free_port, sandbox
from tables import table
from world import Size, make_world

TURNS = 3
LIBRARIES = ("polars", "pandas")


def sizes(quick):
    if quick:
        return [Size(80, 125, 1, people=2_000)]
    return [Size(8_000, 125, 1, people=60_000), Size(8_000, 125, 5, people=60_000)]


def join(library, world, folder):
    files = [world.scores, world.users, world.courses, folder / "joined.csv"]
    return measured([sys.executable, PEERS / "join.py", library, *files], {}, folder / "output.txt")


def compare(program, folder, quick):
    figures, rows = [], []
    for size in sizes(quick):
        world, port = make_world(folder / f"{size.cells}", size), free_port()
        ours = Gradepush(program, folder)
        with sandbox(program, world.world, port, []):
            ours.fetch(port)
        runs = {name: [] for name in ("gradepush", *LIBRARIES)}
        for _ in range(1 if quick else TURNS):
            runs["gradepush"].append(ours.run("resolve", world.scores))
            for library in LIBRARIES:
                runs[library].append(join(library, world, folder))
        for name, of_name in runs.items():
            ratios = [mine.wall / run.wall for mine, run in zip(runs["gradepush"], of_name)]
            figures.append({"rows": size.cells, "who": name, "runs": [asdict(run) for run in of_name]})
            rows.append(
                [
                    f"{size.cells:,}",
                    name if name != "gradepush" else "gradepush resolve",
                    spread([run.wall for run in of_name]),
                    spread([run.cpu for run in of_name]),
                    f"{max(run.memory for run in of_name):,.0f}",
                    spread(ratios) if name != "gradepush" else "",
                ]
            )
    return figures, table(["rows", "", "wall s", "CPU s", "MB", "gradepush's wall ÷ this"], rows)
