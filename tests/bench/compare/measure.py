"""Runs a command and measures it; says on what machine."""

import datetime
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """What one run of a command took: seconds, megabytes."""

    wall: float
    cpu: float
    memory: float

    def then(self, other):
        """This one and another one after it."""
        return Run(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


def measured(command, environment, output):
    """Runs a command that must succeed; its output goes to a file."""
    began = time.monotonic()
    with output.open("w") as to:
        process = subprocess.Popen(command, stdout=to, stderr=subprocess.STDOUT, env=os.environ | environment)
        _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{output.read_text()[-2000:]}")
    return Run(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def spread(figures):
    """The median, with least and most where there are several."""
    median = f"{statistics.median(figures):,.2f}"
    if len(figures) == 1:
        return median
    return f"{median} ({min(figures):,.2f}–{max(figures):,.2f})"


def machine():
    """Date and size of this machine, and how busy it is."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = f" ({models[0]})" if models else ""
    load = os.getloadavg()[0]
    return f"{datetime.date.today()}, {os.cpu_count()} cores{model}, {gigabytes:.0f} GiB, load {load:.1f} at the end"
