"""The tables of a comparison, in Markdown."""

import statistics

from clients import TITLES
from measure import spread


def table(head, rows):
    rule = "|" + "---|" * len(head)
    head, *rows = ("| " + " | ".join(line) + " |" for line in [head, *rows])
    return "\n".join([head, rule, *rows])


class Results:
    """The runs of a scenario."""

    def __init__(self, scenario, runs):
        self.scenario = scenario
        self.runs = [run for run in runs if run.scenario == scenario.name]

    def counted(self, client):
        return next(run for run in self.runs if run.client == client and run.counts)

    def timed(self, client):
        """Its runs without the proxy, if there are any."""
        runs = [run for run in self.runs if run.client == client]
        return [run for run in runs if not run.counts] or runs

    def units(self, client):
        """Units of quota for a thousand cells."""
        return 1000 * self.counted(client).counts["units"] / self.scenario.size.cells

    def ratios(self, other, figure):
        """gradepush against another client, pair by pair."""
        pairs = zip(self.timed("gradepush"), self.timed(other), strict=True)
        return [getattr(ours.whole, figure) / getattr(theirs.whole, figure) for ours, theirs in pairs]


def clients_table(results):
    """What each client took and asked for."""
    head = ["", "client", "wall s", "CPU s", "MB", "requests", "throttled", "units per 1,000 cells", "wrong grades"]
    rows = []
    for result in results:
        title = f"{result.scenario.title}: {result.scenario.size}"
        for client in result.scenario.clients:
            runs, counts = result.timed(client), result.counted(client).counts
            rows.append(
                [
                    title,
                    TITLES[client],
                    spread([run.whole.wall for run in runs]),
                    spread([run.whole.cpu for run in runs]),
                    f"{max(run.whole.memory for run in runs):.0f}",
                    f"{counts['requests']:,}",
                    f"{counts['throttled']:,}",
                    f"{result.units(client):.1f}",
                    str(sum(run.wrong for run in result.runs if run.client == client)),
                ]
            )
            title = ""
    return table(head, rows)


# Half of what the first release took of a real Canvas's quota for a thousand written cells.
MOST_UNITS = 15


def targets_table(results):
    """What gradepush is held to."""
    one_real, many_real, one_fast, many_fast = results
    (one,), (many,) = one_real.timed("gradepush"), many_real.timed("gradepush")
    many_ideal, with_follow_up = many_real.scenario.ideal, many_real.scenario.ideal_with_follow_up
    counts = [run.counts for result in results for run in result.runs if run.counts and run.client == "gradepush"]
    throttled = 100 * sum(count["throttled"] for count in counts) / sum(count["requests"] for count in counts)
    follow_up = f"of {with_follow_up:.0f} s with the workers' follow-up work"
    measurements = [
        ("one course, real pace: push ÷ its jobs' time", [one.push.wall / one_real.scenario.ideal], 1.08),
        ("many courses, real pace: push ÷ time of 12 workers' jobs", [many.push.wall / many_ideal], 1.25),
        (f"… {follow_up}", [many.push.wall / with_follow_up], None),
        ("one course, real pace: units per 1,000 written cells", [one_real.units("gradepush")], MOST_UNITS),
        (
            "many courses, real pace: units per 1,000 written cells",
            [many_real.units("gradepush")],
            MOST_UNITS,
        ),
        ("one course, jobs at once: wall ÷ equal guarantees", one_fast.ratios("equal", "wall"), 1.0),
        ("one course, jobs at once: wall ÷ canvasapi", one_fast.ratios("bulk", "wall"), 0.5),
        ("one course, jobs at once: CPU ÷ canvasapi", one_fast.ratios("bulk", "cpu"), 0.3),
        ("many courses, jobs at once: wall ÷ equal guarantees", many_fast.ratios("equal", "wall"), 1.0),
        ("throttled requests, %", [throttled], 1.0),
    ]
    rows = []
    for what, figures, target in measurements:
        verdict = "" if target is None else "yes" if statistics.median(figures) <= target else "**no**"
        rows.append([what, spread(figures), "" if target is None else f"≤ {target:g}", verdict])
    return table(["measured", "median (range)", "target", "met"], rows)
