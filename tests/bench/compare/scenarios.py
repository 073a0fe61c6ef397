"""What is compared."""

from dataclasses import dataclass, replace

from world import Size

# Of `--pace real`: cells that a job writes per second, and seconds of a worker's follow-up work for each
# (`src/sandbox/pace.rs`).
REAL_JOB_SPEED = 6
REAL_FOLLOW_UP = 0.060


@dataclass(frozen=True)
class Scenario:
    """Each client once through the counting proxy, then so many times without it, which is what is timed. Where nothing
    is timed on its own, the work waits for Canvas, and the proxy's time does not count beside that."""

    name: str
    title: str
    size: Size
    sandbox: tuple
    clients: tuple
    timed_runs: int
    workers: int = 1

    @property
    def ideal(self):
        """Seconds of the jobs alone, on as many workers as can be busy."""
        return self.size.cells / REAL_JOB_SPEED / min(self.workers, self.size.courses)

    @property
    def ideal_with_follow_up(self):
        """The same with the follow-up work that keeps the workers busy."""
        return self.ideal * (1 + REAL_FOLLOW_UP * REAL_JOB_SPEED)


SCENARIOS = [
    Scenario(
        "one-real", "one course, real pace", Size(1, 26, 20), ("--pace", "real"), ("gradepush", "equal", "bulk"), 0
    ),
    Scenario(
        "many-real",
        "many courses, real pace, 12 workers",
        Size(24, 30, 6),
        ("--pace", "real", "--workers", "12"),
        ("gradepush", "equal"),
        0,
        workers=12,
    ),
    Scenario(
        "one-fast",
        "one course, jobs at once",
        Size(1, 2000, 20),
        ("--latency", "50"),
        ("gradepush", "equal", "bulk"),
        3,
    ),
    Scenario(
        "many-fast",
        "many courses, jobs at once",
        Size(30, 40, 6),
        ("--latency", "50"),
        ("gradepush", "equal", "bulk"),
        3,
    ),
]

QUICK_SIZES = {
    "one-real": Size(1, 10, 6),
    "many-real": Size(12, 10, 6),
    "one-fast": Size(1, 200, 10),
    "many-fast": Size(6, 20, 5),
}


def scenarios(quick):
    """All of them; quickly, small ones, to see that everything works."""
    if not quick:
        return SCENARIOS
    return [replace(one, size=QUICK_SIZES[one.name], timed_runs=min(one.timed_runs, 1)) for one in SCENARIOS]
