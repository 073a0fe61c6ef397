"""The server that everybody is measured against: `gradepush sandbox`, fresh for each run."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def served(command):
    """A server as long as it is needed; it says in its first line that it listens. Yields the process."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if "listening" not in process.stdout.readline():
            raise RuntimeError(f"{command[0]} does not listen")
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


@contextmanager
def sandbox(program, world, port, options):
    """A sandbox with this world at this port."""
    fixed = ["--addr", f"127.0.0.1:{port}", "--world", world, "--form-parameter-limit", "off"]
    with served([program, "sandbox", *fixed, *options]):
        yield


@contextmanager
def counted(port, upstream):
    """A proxy at this port before a server at another one. Yields a list that holds its counts in the end."""
    counts = []
    proxy = Path(__file__).with_name("proxy.py")
    with served([sys.executable, proxy, str(port), str(upstream)]) as process:
        yield counts
        process.send_signal(signal.SIGINT)
        counts.append(json.loads(process.stdout.read()))
