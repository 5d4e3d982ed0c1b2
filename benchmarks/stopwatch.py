"""Whole commands in fresh processes: how long they take, and the most memory they hold."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

# What starts the command is a bare interpreter: its own memory, which Linux adds to the figure of
# what it starts, is less than that of anything it could start here.
_STARTER = """
import os, sys, time
source, target, *command = sys.argv[1:]
into = [(os.POSIX_SPAWN_OPEN, 0, source, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
began = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ, file_actions=into)
_, status, used = os.wait4(child, 0)
took = time.perf_counter() - began
print(took, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


class FailedError(Exception):
    """A command that could not do its job, with its last words."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took: seconds, seconds of processor time, bytes at its peak."""

    seconds: float
    processor: float
    peak: int


@cache
def environment() -> dict[str, str]:
    """Return the environment of a user: byte code is kept, as everywhere outside of containers."""
    ours = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "FEEDTOOL_STORE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))}


@cache
def feedtool() -> tuple[str, ...]:
    """Return how feedtool is started: by its script where it is installed beside this Python."""
    script = Path(sys.executable).with_name("feedtool")
    return (str(script),) if script.exists() else (sys.executable, "-m", "feedtool")


def run(
    command: Sequence[str],
    *,
    stdin: Path | str = os.devnull,
    stdout: Path | str = os.devnull,
    allowed: Sequence[int] = (0,),
) -> Run:
    """Run a command and return what it took. Raises `FailedError` if its code is not allowed."""
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, str(stdin), str(stdout), *command]
    done = subprocess.run(starter, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        raise FailedError(_last_words(done.stderr))
    seconds, processor, held, code = done.stdout.split()
    if int(code) not in allowed:
        raise FailedError(_last_words(done.stderr) or f"{command[0]} ended with {code}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(float(seconds), float(processor), int(held) * unit)


def ask(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of the benchmarks in a fresh process and return the JSON that it prints."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        raise FailedError(_last_words(done.stderr))
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _last_words(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    ours = [line for line in lines if line.startswith("feedtool: ")]
    return [*lines, *ours[:1]][-1] if lines else ""
