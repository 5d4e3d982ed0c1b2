"""Every command at a real terminal, fed with what senders of ill will write."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedtool import cli
from tests.hostile.inputs import FOLDER as INPUTS

pty = pytest.importorskip("pty")

ROOT = Path(__file__).parent.parent
NAME = "evil\x1b]0;name\x07\u202e\n.txt"

HOSTILE = (
    "INCOMING TRANSMISSION\n\nLATEST \x1b[5mUPDATES\n"
    "\x1b[31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1b]52;c;ZWNobw==\x07 copied\n"
    "[bold]markup[/bold] [/] :smile: [link=file:///etc/passwd]x[/link] as it was written by him\n"
    "C1 \x9b31m CSI and \x9d0;title\x9c OSC, back \x08\x08, bell \x07, delete \x7f, nul \x00 here\n"
    "carriage return hides this\rSAFE LOOKING TEXT that overwrites the line which stands before\n"
    "bidi \u202egnirts\u202c, isolates \u2066x\u2069, marks \u200e\u200f\u061c, a width\n"
    "zalgo Z" + "\u0301" * 200 + " flood of marks over all the lines above and below this one\n"
    "line\u2028separator and paragraph\u2029separator and a next line \x85 in this text\n"
    "\x1b[2J1 2\n"
)

# What we write ourselves: colours, line ends (of CSV and of the terminal driver), progress.
OURS = re.compile(rb"\x1b\[[0-9;]*m|\r+\n|\r\x1b\[K")
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
OUR_COLORS = {b"0", b"1", b"2", b"31", b"32", b"33", b"35", b"36", b"1;32", b"9;31"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with hostile dumps in files of hostile names, and a store of them."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / NAME).write_text(HOSTILE, newline="")
    changed = HOSTILE.replace("copied", "copied \x1b[7m over").replace("overwrites", "\x1b[Ahides")
    (folder / "changed.txt").write_text(changed, newline="")
    (folder / "bad.gz").write_bytes(b"\x1f\x8b\x08 \x1b[31m no archive")
    command = [sys.executable, "-m", "feedtool", "ingest", "--store", "s.db", "--origin"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "e\x1b[31mvil", NAME], cwd=folder, env=env, check=True,
                   capture_output=True)  # fmt: skip
    (folder / "inputs").symlink_to(INPUTS / "inputs")
    subprocess.run([*command[:-3], "--store", "all.db", "-q", "inputs/"], cwd=folder, env=env,
                   check=False, capture_output=True)  # fmt: skip
    return folder


def at_terminal(place: Path, *arguments: str) -> bytes:
    """Run feedtool with all its output on a terminal and return what arrived there."""
    master, slave = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "FEEDTOOL_STORE": "s.db"}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        env.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-m", "feedtool", *arguments],
        stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, cwd=place, env=env,
    )  # fmt: skip
    os.close(slave)
    arrived = bytearray()
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux says so that the other end is closed.
            break
        if not piece:
            break
        arrived += piece
    os.close(master)
    assert process.wait(timeout=60) in (0, 1, 2, 3)
    return bytes(arrived)


def assert_harmless(arrived: bytes) -> None:
    assert arrived
    for color in re.findall(rb"\x1b\[([0-9;]*)m", arrived):
        assert color in OUR_COLORS
    text = OURS.sub(b"\n", arrived).decode("utf-8")
    found = FORBIDDEN.search(text)
    assert not found, repr(text[max(0, found.start() - 40) : found.end() + 40])


RUNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ingest": (
        ("ingest", "--store", "new.db", NAME, "changed.txt", "bad.gz"),
        ("ingest", "--dry-run", "-v", "--origin", "o\x1b[31m", NAME, "changed.txt", "gone\x1b[31m"),
        ("ingest", "--dry-run", "--json", NAME, "changed.txt"),
        ("ingest", "--dry-run", "--ndjson", NAME, "changed.txt"),
        ("ingest", "--dry-run", "-v", "inputs/"),
    ),
    "diff": (
        ("diff", "inputs/mixed.txt", "inputs/csi.txt"),
        ("diff", NAME, "changed.txt"),
        ("diff", "-v", "--json", NAME, "changed.txt"),
    ),
    "parse": (
        ("parse", "inputs/"),
        ("parse", "--json", "inputs/"),
        ("parse", NAME),
        ("parse", "--json", NAME),
        ("parse", "--ndjson", NAME),
    ),
    "dedup": (
        ("dedup", NAME, "changed.txt", "bad.gz"),
        ("dedup", "-v", NAME, "changed.txt", "inputs/"),
        ("dedup", "--json", NAME, "changed.txt"),
        ("dedup", "--ndjson", NAME, "inputs/"),
        ("dedup", "--format", "csv", NAME, "changed.txt", "inputs/"),
    ),
    "list": (
        ("list", "-v", "--store", "all.db"),
        ("list",),
        ("list", "--json"),
        ("list", "--search", "\x1b[31m"),
    ),
    "show": (("show", "ITEM"), ("show", "ITEM", "--json"), ("show", "\x1b[31m\u202e")),
    "log": (
        ("log", "--store", "all.db"),
        ("log",),
        ("log", "--json"),
        ("log", "1"),
        ("log", "1", "--json"),
        ("log", "\x1b[31m"),
    ),
    "cat": (
        ("cat", "1"),
        ("cat", "\x1b[31m"),
        *(("cat", str(number), "--store", "all.db") for number in range(1, 40, 3)),
    ),
    "explain": (
        ("explain", f"{NAME}:4", "changed.txt:4"),
        ("explain", NAME, "changed.txt", "--json"),
        ("explain", "\x1b[31m", "x"),
    ),
    "check": (("check", "--hash"), ("check", "--store", "all.db", "--json")),
    "undo": (
        ("undo", "--last", "--dry-run"),
        ("undo", "1", "--dry-run", "--json"),
        ("undo", "1", "--dry-run", "--ndjson", "--store", "all.db"),
    ),
    "reindex": (("reindex",), ("reindex", "--dry-run", "--json", "--store", "all.db")),
    "backup": (("backup", "copy\x1b[31m.db"), ("backup", "--json", "other.db")),
    "prune": (("prune", "--keep", "1"), ("prune", "--keep", "1", "--json", "--store", "all.db")),
    "salvage": (("salvage", "saved\x1b[31m.db"), ("salvage", "--json", "again.db")),
    "schema": (("schema", "ingest"), ("schema", "\x1b[31m")),
}


def test_every_command_is_tried() -> None:
    assert set(RUNS) == set(cli.COMMANDS)


@pytest.mark.parametrize("arguments", [run for runs in RUNS.values() for run in runs])
def test_no_text_of_others_reaches_a_terminal_alive(
    place: Path, arguments: tuple[str, ...]
) -> None:
    words = list(arguments)
    if "ITEM" in words:
        ids = re.findall(rb"(?m)^[a-z2-7]{16}", at_terminal(place, "list", "-q"))
        words[words.index("ITEM")] = ids[0].decode()
    assert_harmless(at_terminal(place, *words))


def test_wrong_usage_is_harmless_too(place: Path) -> None:
    for words in (["\x1b[31mcommand"], ["log", "--\x1b[31m"], ["list", "--limit", "\x1b]0;x\x07"]):
        assert_harmless(at_terminal(place, *words))


def test_markup_is_text(place: Path) -> None:
    arrived = at_terminal(place, "parse", NAME)
    assert b"[bold]markup[/bold] [/] :smile: [link=file:///" in arrived


@pytest.mark.parametrize(("flags", "wanted"), [((), True), (("-q",), False)])
def test_progress_is_shown_to_who_waits(place: Path, flags: tuple[str, ...], wanted: bool) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedtool", "ingest", "--dry-run", "--store", "p.db", "-", *flags],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave, cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdin
    for _ in range(4):
        process.stdin.write(b"INCOMING TRANSMISSION\n\nA line that stands here for an excerpt\n\n")
        process.stdin.flush()
        time.sleep(0.6)
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    os.set_blocking(master, False)
    try:
        arrived = os.read(master, 65536)
    except BlockingIOError:
        arrived = b""
    os.close(slave)
    os.close(master)
    assert (b" transmissions, " in arrived) == wanted
    assert arrived.endswith(b"\r\x1b[K" if wanted else b"")
