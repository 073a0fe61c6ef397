"""How each client does the same work: from scores and a Canvas to grades that are there."""

import subprocess
import sys
from pathlib import Path

from measure import measured
from world import PUSH_TOKEN

PEERS = Path(__file__).with_name("peers")
TITLES = {
    "gradepush": "gradepush: plan, then push",
    "equal": "hand-written, equal guarantees (asyncio, aiohttp)",
    "bulk": "canvasapi, one bulk request per course, checks nothing",
}


class Gradepush:
    """gradepush with a store of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = {
            "GRADEPUSH_CONFIG": str(folder / "config.toml"),
            "GRADEPUSH_STORE": str(folder / "store.db"),
            "CANVAS_TOKEN": PUSH_TOKEN,
        }

    def run(self, *arguments):
        return measured([self.program, "--json", *arguments], self.environment, self.folder / "output.txt")

    def fetch(self, port):
        """Begins anew: makes a connector, and fetches people and courses."""
        for file in [*self.folder.glob("store.db*"), *self.folder.glob("config.toml")]:
            file.unlink()
        origins = ["--user-id-origin", "login", "--course-id-origin", "sis"]
        address = f"http://127.0.0.1:{port}"
        token = ["--token-env", "CANVAS_TOKEN", "--use-existing-assignments"]
        self.run("connector", "add", "compare", "--canvas", address, *origins, *token)
        self.run("sync")


def run_peer(name, port, world, folder):
    """Runs one of the scripts in `peers`."""
    command = [sys.executable, PEERS / f"{name}.py", f"http://127.0.0.1:{port}", world.cells]
    return measured(command, {"CANVAS_TOKEN": PUSH_TOKEN}, folder / "output.txt")


def program_version(program):
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
