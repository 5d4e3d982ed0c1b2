"""Every hostile input, through every command, in every form of output."""

import csv
import io
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from feedtool import cli, formats
from feedtool.errors import ExitCode
from tests.console import Ran, run
from tests.hostile.inputs import FILES, FOLDER, LAST, PLAIN, TEXT, answer
from tests.hostile.large import FULL, LARGE
from tests.hostile.told import ODD, PAGE, SMALL, comparable, table

INPUTS = FOLDER / "inputs"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(FOLDER.parent.parent), "FEEDTOOL_STORE": "s.db"}

# Our own colours; and what must never come out of an input alive.
COLORS = re.compile(r"\x1b\[(?:0|1|2|31|32|33|35|36|1;32|9;31)m")
ALIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
NOT_IN_JSON = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)

FORMS = (("--color", "always", "-v"), ("--json",), ("--ndjson",))


@pytest.mark.skipif(not comparable(), reason="the page tells of the small sizes")
def test_the_documentation_tells_of_every_input() -> None:
    assert list(SMALL) == list(FILES)
    assert PAGE.read_text(encoding="utf-8") == table(), "python -m tests.hostile writes it anew"
    source = Path(__file__).read_text(encoding="utf-8")
    assert [odd.test for odd in ODD.values() if f"def test_{odd.test}(" not in source] == []


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "clean.txt").write_bytes(TEXT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEEDTOOL_STORE", "s.db")
    return tmp_path


def asked(*words: object) -> Ran:
    """Run a command; whatever it is fed with, what it says is harmless, and it has no bug."""
    ran = run(*words, env={"FEEDTOOL_STORE": "s.db"})
    assert ran.code != ExitCode.BUG, ran.err
    assert not ALIVE.search(ran.err)
    if "--json" in words or "--ndjson" in words:
        assert not NOT_IN_JSON.search(ran.out)
    else:
        # Lines of CSV end in both.
        assert not ALIVE.search(COLORS.sub("", ran.out.replace("\r\n", "\n")))
    return ran


def objects(out: str, form: tuple[str, ...]) -> list[dict[str, Any]]:
    return [json.loads(out)] if form == ("--json",) else [*map(json.loads, out.splitlines())]


def test_the_folder_holds_what_its_script_makes() -> None:
    assert {path.name for path in INPUTS.iterdir()} == set(FILES) == set(EXPECTED)
    for name, data in FILES.items():
        if name.endswith(".txt"):
            assert (INPUTS / name).read_bytes() == data, f"run python -m tests.hostile ({name})"


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", EXPECTED)
def test_every_command_takes_every_input(name: str) -> None:
    expected = EXPECTED[name]
    source = str(INPUTS / name)
    failed = expected["failure"] is not None
    excerpts = sum(expected["excerpts"])
    commands: list[tuple[tuple[object, ...], set[int]]] = [
        (("parse", source), {expected["exit"]}),
        (("ingest", source), {expected["exit"]}),
        (("ingest", "--dry-run", source), {expected["exit"]}),
        (("diff", "clean.txt", source), {2} if failed else {0, 1}),
        (("dedup", "clean.txt", source), {3 if failed else 0}),
        (("explain", "clean.txt:4", source), {0} if excerpts else {2}),
        (("log",), {0}),
        (("list",), {0}),
    ]
    if not failed:
        commands.append((("log", "1"), {0}))
    for words, codes in commands:
        for form in FORMS:
            ran = asked(*words, *form)
            assert ran.code in codes, (words, ran.err)
            if ran.out and form != FORMS[0]:
                objects(ran.out, form)
    if excerpts:
        item = run("list", "-q", "--store", "s.db").out.split()[0]
        for form in FORMS:
            assert asked("show", item, *form).code == 0
    if not failed and name.rpartition(".")[2] not in ("gz", "xz", "bz2", "zst"):
        numbers = range(1, len(expected["excerpts"]) + 1)
        assert b"".join(written("cat", number) for number in numbers) == FILES[name]


def written(*words: object) -> bytes:
    """Return the very bytes that a command writes to a file or a pipe."""
    out = io.TextIOWrapper(io.BytesIO())
    with redirect_stdout(out):
        assert cli.run([*map(str, words), "--store", "s.db"]) == 0
    out.flush()
    return out.buffer.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", EXPECTED)
def test_every_input_is_read_as_it_is_expected_and_nothing_of_it_is_lost(name: str) -> None:
    ran = asked("parse", "--json", INPUTS / name)
    assert answer(ran.code, ran.out) == EXPECTED[name]
    for found in json.loads(ran.out)["transmissions"]:
        text = found["lead"] + "".join(block["text"] + block["end"] for block in found["blocks"])
        if found["encoding"] == "utf-8" and FILES[name].isascii():
            assert text in FILES[name].decode()
    judged = asked("ingest", "--dry-run", "--json", INPUTS / name)
    assert answer(judged.code, judged.out) == EXPECTED[name]
    streamed = objects(asked("ingest", "--dry-run", "--ndjson", INPUTS / name).out, ("--ndjson",))
    kinds = [one["type"] for one in streamed]
    assert kinds.count("excerpt") == sum(EXPECTED[name]["excerpts"])
    assert kinds.count("failure") == (EXPECTED[name]["failure"] is not None)


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "name", [n for n in FILES if "unpack it" in (EXPECTED[n]["failure"] or "")]
)
def test_an_archive_stays_one_whatever_its_format_is_said_to_be(name: str) -> None:
    for form in formats.FORMATS:
        ran = asked("parse", "--from", form, INPUTS / name)
        assert (ran.code, ran.err) == (
            ExitCode.USAGE, f"feedtool: {INPUTS / name}: {EXPECTED[name]['failure']}\n",
        )  # fmt: skip


def test_one_bad_source_stops_no_other(place: Path) -> None:
    ran = asked("ingest", "--json", INPUTS)
    report = json.loads(ran.out)
    assert ran.code == ExitCode.PARTIAL
    failed = {Path(failure["source"]).name for failure in report["failures"]}
    assert failed == {name for name, one in EXPECTED.items() if one["failure"] is not None}
    assert report["summary"]["excerpts"] == sum(sum(one["excerpts"]) for one in EXPECTED.values())
    assert asked("ingest", "--strict", "--json", INPUTS / "nul.txt").code == ExitCode.USAGE
    again = json.loads(asked("ingest", "--json", INPUTS).out)
    assert again["summary"]["new"] == 0
    assert place.joinpath("s.db").exists()


def test_json_through_a_pipe_is_exact(place: Path) -> None:
    """Whatever the locale is, and whatever Python takes for the encoding of a pipe."""
    for name in ("csi.txt", "c1.txt", "bidi.txt", "surrogates-utf-16.txt", "emoji.txt"):
        arrived = subprocess.run(
            [sys.executable, "-m", "feedtool", "parse", "--json", str(INPUTS / name)],
            env={**ENVIRONMENT, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
            capture_output=True, check=True, cwd=place,
        ).stdout  # fmt: skip
        assert arrived == run("parse", "--json", INPUTS / name).out.encode()
        (found,) = json.loads(arrived)["transmissions"]
        text = found["lead"] + "".join(block["text"] + block["end"] for block in found["blocks"])
        raw = (INPUTS / name).read_bytes()
        assert text == raw.decode(found["encoding"], "surrogatepass")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_has_an_end(name: str) -> None:
    """Set FEEDTOOL_HOSTILE_FULL=1 for the sizes that their names say."""
    large = LARGE[name]
    path = Path(f"large{large.suffix}")
    large.write(path)
    for words in (("parse", "--ndjson"), ("ingest", "--json"), ("ingest", "--dry-run")):
        ran = asked(*words, *large.options, path, "clean.txt")
        assert ran.code == large.code
        assert large.reason in ran.err
    if large.excerpts is not None:
        report = json.loads(asked("ingest", "--dry-run", "--json", *large.options, path).out)
        assert report["summary"]["excerpts"] == large.excerpts
    for words in (("diff", "clean.txt"), ("explain", "clean.txt:4")):
        ran = asked(*words, path, *large.options, "--json")
        assert (
            ran.code in ((2,) if large.reason or not large.excerpts else (0, 1)) or "diff" in words
        )
        assert large.reason in ran.err


@pytest.mark.skipif(FULL, reason="the limit is for the sizes of every day")
@pytest.mark.parametrize("name", [name for name, large in LARGE.items() if large.reason])
def test_a_cap_holds_memory_down(place: Path, name: str) -> None:
    """A bomb of a gigabyte is stopped long before."""
    path = place / f"large{LARGE[name].suffix}"
    LARGE[name].write(path)
    done = subprocess.run(
        [sys.executable, "-m", "feedtool", "parse", "-q", *LARGE[name].options, str(path)],
        env=ENVIRONMENT, capture_output=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20)),
    )  # fmt: skip
    assert done.returncode == ExitCode.USAGE
    assert LARGE[name].reason in done.stderr.decode()


# What is no file at all, or has an odd name.


def test_a_fifo_is_read_to_its_end(place: Path) -> None:
    os.mkfifo(place / "fifo")

    def feed() -> None:
        with open(place / "fifo", "wb") as writer:
            writer.write(TEXT)

    threading.Thread(target=feed).start()
    ran = asked("ingest", "--json", "fifo")
    assert json.loads(ran.out)["summary"]["new"] == 2


def test_a_fifo_in_a_folder_is_not_waited_for(place: Path) -> None:
    os.mkfifo(place / "fifo")
    assert json.loads(asked("ingest", "--json", ".").out)["summary"]["transmissions"] == 1


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="a device of Unix")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
@pytest.mark.usefixtures("place")
def test_a_device_without_end_is_refused_at_its_beginning(device: str) -> None:
    ran = asked("ingest", device, "clean.txt")
    assert ran.code == ExitCode.PARTIAL
    assert ran.err == f"feedtool: {device}: looks like binary data, expected text\n"


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="a device of Unix")
@pytest.mark.usefixtures("place")
def test_a_device_without_anything_is_empty() -> None:
    assert "[empty]" in asked("ingest", "/dev/null").err


def test_a_loop_of_folders_is_walked_once(place: Path) -> None:
    (place / "in").mkdir()
    (place / "in/loop").symlink_to(place)
    (place / "in/up").symlink_to("..")
    (place / "self").symlink_to("self")
    (place / "in/b.txt").write_bytes(TEXT + b"more of it\n")
    ran = asked("ingest", "--json", ".")
    assert [one["source"] for one in json.loads(ran.out)["transmissions"]] == [
        "./clean.txt",
        "./in/b.txt",
    ]
    (failure,) = json.loads(ran.out)["failures"]
    assert failure["source"] == "./self"
    assert ran.code == ExitCode.PARTIAL


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("all.txt", ("parse",)),
        ("link.txt", ("parse", "--ndjson")),
        ("all.txt", ("ingest", "--json")),
        ("link.txt", ("ingest", "--dry-run")),
    ],
)
def test_output_is_never_its_own_input(place: Path, output: str, words: tuple[str, ...]) -> None:
    """`feedtool parse all.txt >> all.txt` would never end."""
    (place / "all.txt").write_bytes(TEXT)
    (place / "link.txt").symlink_to("all.txt")
    for source in ("all.txt", "link.txt", "-", "."):
        with open(output, "ab") as out, open(output, "rb") as stdin:
            done = subprocess.run(
                [sys.executable, "-m", "feedtool", *words, source, "clean.txt"],
                env=ENVIRONMENT, stdout=out, stdin=stdin, stderr=subprocess.PIPE, check=False,
            )  # fmt: skip
        assert done.returncode == ExitCode.PARTIAL
        assert b"is where the output goes" in done.stderr
        assert (place / "all.txt").stat().st_size < 50_000


def test_a_file_that_grows_has_an_end(place: Path) -> None:
    log = place / "log.txt"
    log.write_bytes(TEXT * 2000)
    stop = threading.Event()

    def write() -> None:
        with log.open("ab", buffering=0) as more:
            while not stop.is_set():
                more.write(TEXT * 100)
                time.sleep(0)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        ran = asked("parse", "-q", "log.txt")
    finally:
        stop.set()
        writer.join()
    assert ran.code == 0
    assert 2000 <= ran.out.count("2 excerpts") < 20_000


NAMES = (
    b"new\nline.txt", b"\xff\xfe.txt", b"-rf.txt", b"--json", b"-", b"esc\x1b]0;x\x07.txt",
    b"tab\t.txt", "user\u202etxt.exe".encode(), b"[bold].txt", b"%s{0}.txt", b" ", b"quote'\".txt",
    b"a:4", b"\\n.txt", "\u200b.txt".encode(), b"x" * 255,
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_may_have_any_name(place: Path, name: bytes, form: tuple[str, ...]) -> None:
    (place / "in").mkdir()
    with open(b"in/" + name, "wb") as file:
        file.write(TEXT)
    path = os.fsdecode(b"./in/" + name)
    for words in (
        ("parse", path), ("parse", "in"), ("ingest", path), ("ingest", "in"),
        ("diff", path, path), ("explain", path, path), ("explain", f"{path}:4", f"{path}:5"),
        ("log",), ("log", "1"), ("parse", path + "gone"),
    ):  # fmt: skip
        ran = asked(*words, *form)
        assert ran.code == (2 if words[-1].endswith("gone") else 0), ran.err
        if form[0] == "--json" and words == ("ingest", "in"):
            assert json.loads(ran.out)["transmissions"][0]["already_ingested"]
        if form[0] == "--json" and words == ("log",):
            (logged,) = json.loads(ran.out)["transmissions"]
            assert logged["source"] == path


@pytest.mark.parametrize("name", ["-rf.txt", "--json", "-"])
def test_a_name_with_a_dash_stands_behind_two(place: Path, name: str) -> None:
    (place / name).write_bytes(TEXT)
    words = ("parse", "-q", "--", name)
    if name == "-":
        assert "no text" in run("parse", "--", name).err
    else:
        assert run(*words).out == f"{name}  transmission  utf-8  2 excerpts\n"


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", EXPECTED)
def test_texts_of_the_command_line_may_be_anything(name: str) -> None:
    text = FILES[name][:2000].decode("utf-8", "surrogateescape").replace("\0", "")
    for form in FORMS:
        assert asked("explain", "--text", text, "--text", PLAIN + LAST, *form).code == 0
        assert asked("parse", "--encoding", text[:50], "clean.txt", *form).code == 2
        assert asked("ingest", "--origin", text, "--dry-run", "clean.txt", *form).code in (0, 2)
        assert asked("list", "--store", "s.db", "--search", text, *form).code in (0, 2, 4)


@pytest.mark.usefixtures("place")
def test_no_spreadsheet_finds_a_formula() -> None:
    ran = asked("dedup", "--format", "csv", INPUTS)
    cells = [cell for row in csv.reader(io.StringIO(ran.out)) for cell in row if cell]
    assert any("cmd|" in cell for cell in cells)
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r"]


def test_every_command_is_in_the_matrix() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    # These look after the store; what they are given is no text of others.
    care = {"schema", "undo", "reindex", "check", "backup", "prune", "salvage"}
    assert [name for name in cli.COMMANDS if f'("{name}"' not in source and name not in care] == []


def test_schemas_hear_nothing_of_inputs() -> None:
    assert asked("schema", "ingest").code == 0
    assert asked("schema", "\x1b[31m\u202e").code == 2
