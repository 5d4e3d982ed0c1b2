"""feedtool run in this process, as a shell would run it: words in, exit code and bytes out.

And Python run in one of its own, where it tells what is loaded.
"""

import io
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from feedtool import cli

ROOT = Path(__file__).parent.parent

# What the environment of a developer may hold and a test must not see.
FOREIGN = ("NO_COLOR", "FORCE_COLOR", "FEEDTOOL_STORE", "FEEDTOOL_CONFIG", "FEEDTOOL_ORIGIN")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended and what it wrote."""

    code: int
    out: str
    err: str


def run(
    *arguments: object, stdin: bytes = b"", columns: int = 100, env: dict[str, str] | None = None
) -> Ran:
    """Run feedtool with its output captured, in UTC, without anybody's settings."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN:
            patch.delenv(name, raising=False)
        home = {"HOME": folder, "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "TZ": "UTC"}
        for name, value in {**home, "COLUMNS": str(columns), **(env or {})}.items():
            patch.setenv(name, value)
        time.tzset()
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = cli.run([str(argument) for argument in arguments])
    time.tzset()
    return Ran(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.detach()
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8")


def python(script: str, folder: Path, *arguments: str, pure_python: bool = False) -> str:
    """Run a script in a folder, perhaps without what is compiled; return what it prints."""
    pure = "1" if pure_python else ""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FEEDTOOL_PURE": pure},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
