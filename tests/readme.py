"""Runs the examples of README.md; as a module it writes their output into it.

python -m tests.readme
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The time of an ingest is the only thing in a report that no two runs share.
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


@dataclass(frozen=True)
class Example:
    """A command of the README, what it is said to print, and what it prints."""

    command: str
    expected: str
    printed: str
    runs: bool


def examples(text: str, folder: Path) -> list[list[Example]]:
    """Run the commands of all console blocks in one shell session in `folder`, block by block."""
    shutil.copytree(ROOT / "samples", folder / "samples")
    environment = {
        "HOME": str(folder),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "TZ": "UTC",
    }
    blocks = []
    for block in BLOCK.findall(text):
        ran = []
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            runs = "jq" not in command or shutil.which("jq") is not None
            if command.startswith("export "):
                name, _, value = command.removeprefix("export ").partition("=")
                environment[name] = value
            printed = _printed(command, folder, environment) if runs else expected
            ran.append(Example(command, expected, printed, runs))
        blocks.append(ran)
    return blocks


def _printed(command: str, folder: Path, environment: dict[str, str]) -> str:
    shell = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(
        shell,
        cwd=folder,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout.decode("utf-8")


def timeless(printed: str) -> str:
    """Return output without the time of the run."""
    return TIME.sub("2026-01-11 08:00", printed)


def rewritten(text: str, folder: Path) -> str:
    """Return the README with the output of its commands as it is now."""
    blocks = iter(examples(text, folder))

    def fresh(_: re.Match[str]) -> str:
        lines = [f"$ {one.command}\n{timeless(one.printed)}" for one in next(blocks)]
        return "```console\n" + "".join(lines) + "```"

    return BLOCK.sub(fresh, text)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        README.write_text(
            rewritten(README.read_text(encoding="utf-8"), Path(scratch, "tour")), encoding="utf-8"
        )
