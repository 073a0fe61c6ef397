"""Pushes at three job speeds, and what the formula of docs/pace.md says of them."""

from dataclasses import dataclass

from pushing import Pushing
from scenarios import Scenario
from tables import table
from world import Size, make_world

LATENCY = 0.05


@dataclass(frozen=True)
class Speed:
    """Cells that a job writes per second, how many jobs run at once, and what is pushed."""

    cells_per_second: int
    workers: int
    size: Size

    @property
    def scenario(self):
        jobs = ("--job-cells-per-second", str(self.cells_per_second), "--workers", str(self.workers))
        latency = ("--latency", f"{LATENCY * 1000:.0f}")
        return Scenario(f"speed-{self.cells_per_second}", "", self.size, jobs + latency, ("gradepush",), 0)

    @property
    def predicted(self):
        """Seconds that a push takes: that of the jobs on the workers that can be busy."""
        return self.size.cells / self.cells_per_second / min(self.workers, self.size.courses)


SPEEDS = [Speed(4, 2, Size(4, 20, 5)), Speed(10, 2, Size(4, 50, 5)), Speed(1_000, 2, Size(4, 500, 20))]


def compare(program, folder, quick):
    pushing, figures, rows = Pushing(program, folder), [], []
    for speed in SPEEDS[-1:] if quick else SPEEDS:
        world = make_world(folder / speed.scenario.name, speed.size)
        pushed = pushing.run(speed.scenario, world, "gradepush", is_counted=False)
        took, predicted = pushed.push.wall, speed.predicted
        figures.append({"speed": speed.cells_per_second, "predicted": predicted, "push": took, "wrong": pushed.wrong})
        of = [f"{speed.cells_per_second:,}", str(speed.workers), str(speed.size), f"{speed.size.cells:,}"]
        rows.append([*of, f"{predicted:.1f}", f"{took:.1f}", f"{took / predicted:.2f}"])
    head = [
        "cells per second of a job",
        "workers",
        "size",
        "cells",
        "predicted s",
        "measured s",
        "measured ÷ predicted",
    ]
    return figures, table(head, rows)
