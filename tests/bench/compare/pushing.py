"""Pushes the same scores with each client, counts what it asks of Canvas, times it, and reads every grade back."""

from dataclasses import asdict, dataclass

from clients import Gradepush, run_peer
from measure import Run
from read_back import wrong_grades
from sandbox import counted, free_port, sandbox
from scenarios import scenarios
from world import make_world


@dataclass
class Pushed:
    """One run of a client."""

    scenario: str
    client: str
    whole: Run
    push: Run  # without the plan
    counts: dict | None
    wrong: int


class Pushing:
    """Pushes always go to the same address: a store of gradepush is bound to one."""

    def __init__(self, program, folder):
        self.program, self.folder, self.port = program, folder, free_port()
        self.ours = Gradepush(program, folder)

    def run(self, scenario, world, client, is_counted):
        """One client against a fresh sandbox."""
        if client == "gradepush":
            with sandbox(self.program, world.world, self.port, []):
                self.ours.fetch(self.port)
        canvas = free_port() if is_counted else self.port
        with sandbox(self.program, world.world, canvas, scenario.sandbox):
            counts = None
            if is_counted:
                with counted(self.port, canvas) as ended:
                    whole, push = self.work(client, world)
                (counts,) = ended
            else:
                whole, push = self.work(client, world)
            wrong = wrong_grades(canvas, world)
        return Pushed(scenario.name, client, whole, push, counts, wrong)

    def work(self, client, world):
        """Writes the scores; gives what all of it took, and what it took after the plan."""
        if client != "gradepush":
            whole = run_peer(client, self.port, world, self.folder)
            return whole, whole
        plan = self.ours.run("plan", world.scores)
        push = self.ours.run("push", "P1", "--yes")
        return plan.then(push), push

    def compare(self, scenario):
        """Every client in turn, and that several times, so that a busy moment of the machine meets all of them."""
        world = make_world(self.folder / scenario.name, scenario.size)
        for turn in range(scenario.timed_runs + 1):
            for client in scenario.clients:
                pushed = self.run(scenario, world, client, is_counted=turn == 0)
                print(f"{scenario.name}: {client}: {pushed.whole.wall:.1f} s, {pushed.wrong} wrong", flush=True)
                yield pushed


def compare_pushes(program, folder, quick):
    """All runs of all scenarios."""
    pushing = Pushing(program, folder)
    return [pushed for scenario in scenarios(quick) for pushed in pushing.compare(scenario)]


def as_json(runs):
    return [asdict(run) for run in runs]
