"""Makes the pictures of README from the demo's world: a push as a terminal of 80 columns shows it, as text, and a plan's
page. It needs Python's `pyte` and, for the page, Chromium.

    python tests/outside/pictures.py target/release/gradepush docs/page.png
"""

import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte

COLUMNS, LINES = 80, 24
TOKEN = "gradepush-demo-token"
ADDRESS = "127.0.0.1:8765"
# As fast as a real Canvas: a push is to be seen at work.
JOB_CELLS_PER_SECOND = "8"
FRAMES = (3.0, 16.0)


def main(program, picture):
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "TZ": "UTC", "TOKEN": TOKEN}

        def run(*arguments):
            subprocess.run([program, *arguments], cwd=home, env=environment, capture_output=True, check=False)

        run("demo", "--dir", "gradepush-demo")
        shutil.move(f"{home}/gradepush-demo/scores.csv", f"{home}/scores.csv")
        sandbox = subprocess.Popen(
            [program, "sandbox", "--world", "demo", "--addr", ADDRESS, "--rows-after", "0"]
            + ["--job-cells-per-second", JOB_CELLS_PER_SECOND],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            sandbox.stdout.readline()
            # The settings are those of the demo.
            run("connector", "add", "Tegrity", "--canvas", f"http://{ADDRESS}", "--token-env", "TOKEN")
            run("connector", "edit", "Tegrity", "--user-id-origin", "login", "--course-id-origin", "sis")
            run("connector", "edit", "Tegrity", "--use-existing-assignments")
            run("sync")
            run("plan", "scores.csv", "--html", "plan.html")
            for seconds, lines in frames([program, "push", "P1"], home, environment):
                print(f"# after {seconds:.0f} s" if seconds else "# at the end")
                print("\n".join(lines), end="\n\n")
            photograph(f"{home}/plan.html", picture)
        finally:
            sandbox.terminate()
            sandbox.wait()


def frames(command, home, environment):
    """What the terminal shows at these seconds after the answer, and at the end."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(home)
        os.execve(command[0], command, environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    answered, due = None, list(FRAMES)
    while True:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen = os.read(terminal, 65536)
            except OSError:
                break
            if not seen:
                break
            stream.feed(seen)
        if answered is None and "[y/N]" in "\n".join(screen.display):
            os.write(terminal, b"y\n")
            answered = time.monotonic()
        while answered and due and time.monotonic() - answered > due[0]:
            yield due.pop(0), shown(screen)
    os.waitpid(child, 0)
    yield None, shown(screen)


def shown(screen):
    lines = [line.rstrip() for line in screen.display]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def photograph(page, picture):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("no picture of the page: there is no Chromium", file=sys.stderr)
        return
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,1180"]
    subprocess.run([chromium, *options, f"--screenshot={picture}", f"file://{page}"], check=True, capture_output=True)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
