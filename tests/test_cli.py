import errno
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedtool import cli
from feedtool.errors import ExitCode
from tests.console import Ran, run
from tests.validation import validated

SAMPLES = Path(__file__).parent.parent / "samples"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SAMPLES.parent)}
AT = ("--at", "2026-01-11T08:00Z")

pytestmark = pytest.mark.usefixtures("place")

FIRST = """INCOMING TRANSMISSION

LATEST UPDATES
The harbour master of Lund keeps a ledger of every ship that has called there since 1901
Bees find their way home by the sun, and on grey days by the polarised light of the sky...
"""
SECOND = """INCOMING TRANSMISSION

LATEST UPDATES
Bees find their way home by the sun, and on grey days by the polarised light of the sky...
A glass blower on the island explains why the old furnaces are fed with beech and not oak
1 2
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with two dumps."""
    (tmp_path / "first.txt").write_text(FIRST)
    (tmp_path / "second.txt").write_text(SECOND)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ingest(*more: str) -> Ran:
    return run("ingest", "--store", "s.db", *AT, *more)


def start(*arguments: str, stdout: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "feedtool", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        stdin=pipe,
        stdout=stdout,
        stderr=pipe,
        env=ENVIRONMENT,
        # The tests themselves may run in the background, where Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=ENVIRONMENT
    )


def test_a_page_is_seen_at_a_glance() -> None:
    ran = ingest("first.txt", "second.txt")

    assert ran == Ran(
        0,
        """\
#1  first.txt  default  2026-01-11 08:00
2 excerpts: 2 new; 1 truncated
  4  new       xniqmrpk  The harbour master of Lund keeps a ledger of every ship that has called th…
  5  new  cut  hswb3xyg  Bees find their way home by the sun, and on grey days by the polarised lig…

#2  second.txt  default  2026-01-11 08:00
2 excerpts: 1 new, 1 repeated; 1 truncated, 1 note
  4  repeated  cut  hswb3xyg  1.00  #1:5  Bees find their way home by the sun, and on grey days by …
  5  new            zlsutfj5              A glass blower on the island explains why the old furnace…
  6  pagination:  1 2

2 transmissions, 4 excerpts: 3 new, 1 repeated; 2 truncated, 1 note
""",
        "",
    )


def test_many_files_take_a_line_each_and_rows_for_news(place: Path) -> None:
    for name in ("b", "c"):
        (place / f"{name}.txt").write_text(FIRST + "\n" * (name == "c"))
    ran = ingest("first.txt", "b.txt", "c.txt", "second.txt")

    assert ran.out.splitlines() == [
        "#1  first.txt  2 excerpts: 2 new; 1 truncated",
        "  4  new       xniqmrpk  The harbour master of Lund keeps a ledger of every ship that "
        "has called th…",
        "  5  new  cut  hswb3xyg  Bees find their way home by the sun, and on grey days by the "
        "polarised lig…",
        "#2  b.txt  2 excerpts: 2 repeated; 1 truncated",
        "#3  c.txt  2 excerpts: 2 repeated; 1 truncated",
        "#4  second.txt  2 excerpts: 1 new, 1 repeated; 1 truncated, 1 note",
        "  5  new  zlsutfj5  A glass blower on the island explains why the old furnaces are fed "
        "with beech a…",
        "4 transmissions, 8 excerpts: 3 new, 5 repeated; 4 truncated, 1 note",
    ]


def test_the_same_dump_again_changes_nothing() -> None:
    ingest("first.txt")
    ran = ingest("first.txt")

    assert "already ingested, nothing changed" in ran.out.splitlines()[0]
    report = validated("ingest", ingest("--json", "first.txt").out)
    assert report["summary"]["new"] == 0
    assert report["transmissions"][0]["already_ingested"] is True


def test_quiet_leaves_the_last_line() -> None:
    ran = ingest("-q", "first.txt")
    assert ran.out == "1 transmission, 2 excerpts: 2 new; 1 truncated\n"


def test_verbose_says_why() -> None:
    ingest("first.txt")
    assert "exact match: same text; seen once before" in ingest("-v", "second.txt").out


def test_only_filters_what_is_shown_and_not_what_is_counted() -> None:
    for form in ("json", "ndjson"):
        ran = run("ingest", "--dry-run", "--store", f"{form}.db", f"--{form}", "--only", "new",
                  "first.txt", "second.txt")  # fmt: skip
        if form == "json":
            report = validated("ingest", ran.out)
            shown = [e for t in report["transmissions"] for e in t["excerpts"]]
            summary = report["summary"]
        else:
            lines = validated("ingest.ndjson", ran.out)
            shown = [line for line in lines if line["type"] == "excerpt"]
            summary = lines[-1]
        assert [excerpt["novelty"] for excerpt in shown] == ["new"] * 3
        assert (summary["excerpts"], summary["repeated"]) == (4, 1)
    ran = run("ingest", "--dry-run", "--store", "x.db", "--only", "truncated,new", "first.txt")
    assert len(ran.out.splitlines()) == 2 + 2 + 2
    assert run("ingest", "--only", "old", "first.txt").code == ExitCode.USAGE


def test_a_dry_run_makes_no_file_and_sees_its_own_pages() -> None:
    ran = ingest("--dry-run", "first.txt", "second.txt")

    assert "1 repeated" in ran.out
    assert ran.out.endswith("(dry run: nothing was stored)\n")
    assert sorted(os.listdir()) == ["first.txt", "second.txt"]


def test_a_dry_run_over_a_store_leaves_it_alone() -> None:
    ingest("first.txt")
    before = Path("s.db").read_bytes()
    ran = ingest("--dry-run", "--json", "second.txt")
    assert validated("ingest", ran.out)["summary"]["repeated"] == 1
    assert Path("s.db").read_bytes() == before


def test_exit_code_tells_news_on_demand() -> None:
    assert ingest("first.txt").code == ExitCode.DONE
    assert ingest("--exit-code", "second.txt").code == ExitCode.DIFFERENT
    assert ingest("--exit-code", "second.txt").code == ExitCode.DONE


def test_a_source_that_fails_is_a_line_and_the_rest_goes_on() -> None:
    ran = ingest("--json", "missing.txt", "first.txt")

    assert ran.code == ExitCode.PARTIAL
    assert ran.err == "feedtool: missing.txt: No such file or directory\n"
    report = validated("ingest", ran.out)
    assert report["failures"] == [{"source": "missing.txt", "reason": "No such file or directory"}]
    assert report["summary"]["transmissions"] == report["summary"]["failures"] == 1


def test_no_source_at_all_is_trouble() -> None:
    ran = ingest("missing.txt")
    assert ran.code == ExitCode.USAGE
    assert ran.out == "0 transmissions, no excerpts; 1 source failed\n"


def test_warnings_stand_on_stderr_with_their_place(place: Path) -> None:
    (place / "odd.txt").write_bytes(FIRST.encode() + b"A NUL character \x00 in the middle\n")
    ran = ingest("--json", "odd.txt")

    assert ran.code == ExitCode.DONE
    assert re.fullmatch(r"feedtool: warning: odd\.txt:6:17: .*\[[a-z-]+\]\n", ran.err)
    validated("ingest", ran.out)
    assert ingest("-q", "--dry-run", "odd.txt").err == ""


def test_a_strict_reading_takes_a_warning_for_a_failure(place: Path) -> None:
    (place / "odd.txt").write_bytes(FIRST.encode() + b"\x00\n")
    assert ingest("--strict", "odd.txt", "first.txt").code == ExitCode.PARTIAL


def test_standard_input_is_read_only_when_named() -> None:
    assert run("ingest", "--store", "s.db", "-", stdin=FIRST.encode()).out.startswith("#1  -  ")
    for command in ("ingest", "parse"):
        ran = run(command, stdin=FIRST.encode())
        assert ran.code == ExitCode.USAGE
        assert "`-` for standard input" in ran.err
        assert run(command, "-", "-", stdin=FIRST.encode()).code == ExitCode.USAGE


def test_diff_tells_what_came_and_went() -> None:
    ran = run("diff", "first.txt", "second.txt")

    assert ran == Ran(
        1,
        """\
--- first.txt  2 excerpts
+++ second.txt  2 excerpts
+ 5        added  A glass blower on the island explains why the old furnaces are fed with beech and…
- 4        removed  The harbour master of Lund keeps a ledger of every ship that has called there s…
1 added, 1 removed, 1 identical
""",
        "",
    )
    validated("diff", run("diff", "--json", "first.txt", "second.txt").out)
    validated("diff.ndjson", run("diff", "--ndjson", "first.txt", "second.txt").out)


def test_diff_exits_like_diff() -> None:
    assert run("diff", "first.txt", "first.txt") == Ran(
        0, "--- first.txt  2 excerpts\n+++ first.txt  2 excerpts\n2 identical\n", ""
    )
    assert run("diff", "first.txt", "missing.txt").code == 2
    assert run("diff", "first.txt", "-", stdin=SECOND.encode()).code == 1


def test_diff_shows_an_edit_inline(place: Path) -> None:
    (place / "edited.txt").write_text(FIRST.replace("every ship", "each vessel"))
    plain = run("diff", "first.txt", "edited.txt").out
    assert "~ 4→4      edited" in plain
    assert "[-" in plain
    assert "+}" in plain
    painted = run("diff", "--color", "always", "first.txt", "edited.txt").out
    assert "\x1b[9;31m" in painted
    assert "[-" not in re.sub(r"\x1b\[[0-9;]*m", "", painted)


def test_parse_shows_every_block() -> None:
    ran = run("parse", "second.txt")

    assert ran.out.splitlines() == [
        "second.txt  transmission  utf-8  2 excerpts",
        "  1  header           INCOMING TRANSMISSION",
        "  3  section          LATEST UPDATES",
        "  4  excerpt     cut  Bees find their way home by the sun, and on grey days by the "
        "polarised light …",
        "  5  excerpt          A glass blower on the island explains why the old furnaces are fed "
        "with beech…",
        "  6  pagination       1 2",
    ]
    validated("parse", run("parse", "--json", "second.txt", "missing.txt").out)
    validated("parse.ndjson", run("parse", "--ndjson", "second.txt", "missing.txt").out)


def test_what_was_stored_can_be_looked_at() -> None:
    ingested = ingest("--json", "first.txt").out
    ingest("second.txt")

    assert run("list", "--store", "s.db", "--search", "bees").out == (
        "hswb3xyg    2 seen   1 text   cut  #1:5"
        "      Bees find their way home by the sun, and on grey days …\n"
    )
    assert run("list", "-q", "--whole", "--store", "s.db").out.count("\n") == 2
    assert run("log", "--store", "s.db").out.splitlines() == [
        "#1  2026-01-11 08:00  first.txt  2 excerpts: 2 new; 1 truncated",
        "#2  2026-01-11 08:00  second.txt  2 excerpts: 1 new, 1 repeated; 1 truncated, 1 note",
    ]
    assert run("log", "1", "--json", "--store", "s.db").out == ingested
    assert run("cat", "#2", "--store", "s.db").out == SECOND
    assert "#2:4  2026-01-11 08:00  second.txt  repeated" not in run("log", "--store", "s.db").out
    shown = run("show", "hswb", "--store", "s.db").out
    assert "1 text, 2 sightings" in shown
    assert "  #2:4  2026-01-11 08:00  second.txt  identical\n" in shown


@pytest.mark.parametrize("name", ["list", "show", "log", "explain"])
def test_what_looks_at_a_store_keeps_to_its_schema(name: str) -> None:
    ingest("first.txt", "second.txt")
    more = {"show": ["hswb"], "explain": ["hswb", "second.txt"]}.get(name, [])
    for form, schema in (("--json", name), ("--ndjson", f"{name}.ndjson")):
        ran = run(name, *more, "--store", "s.db", form)
        assert ran.code == 0
        assert validated(schema, ran.out)


def test_explain_answers_for_texts_places_and_items() -> None:
    ingest("first.txt")
    ran = run("explain", "--text", "Release v1.2.3 is out", "--text", "Release v1.2.4 is out")
    assert "different articles" in ran.out
    assert "Release v1.2.[-3-]{+4+} is out" in ran.out
    same = run("explain", "hswb", "second.txt:4", "--store", "s.db")
    assert "same article" in same.out
    assert run("explain", "first.txt:1", "second.txt").code == ExitCode.USAGE
    assert run("explain", "no/such", "second.txt").err == (
        "feedtool: no/such: neither a file nor an item\n"
    )
    assert run("explain", "first.txt").code == ExitCode.USAGE


@pytest.mark.parametrize("arguments", [["list"], ["show", "x"], ["log"], ["cat", "1"]])
def test_a_missing_store_is_named_and_not_made(arguments: list[str]) -> None:
    ran = run(*arguments, "--store", "none.db")
    assert ran.code == ExitCode.STORE
    assert ran.err == "feedtool: none.db: no store there yet; `feedtool ingest` makes one\n"
    assert not Path("none.db").exists()


def test_what_is_not_there_is_said_on_one_line() -> None:
    ingest("first.txt")
    for arguments in (["show", "aaaa"], ["log", "7"], ["cat", "7"], ["cat", "x"], ["schema", "x"]):
        store = [] if arguments[0] == "schema" else ["--store", "s.db"]
        ran = run(*arguments, *store)
        assert ran.code == ExitCode.USAGE
        assert ran.out == ""
        assert ran.err.startswith("feedtool: ")


def test_a_file_name_cannot_speak_to_the_terminal() -> None:
    ran = run("diff", "first.txt", "a\nb\x1b[31m\u202e")
    assert ran.err == "feedtool: a b<U+001B>[31m<U+202E>: No such file or directory\n"


def test_an_unknown_command_gets_a_suggestion() -> None:
    ran = run("ingst", "x")
    assert ran.code == ExitCode.USAGE
    assert ran.err == (
        "feedtool: No such command 'ingst'. Did you mean 'ingest'?\n"
        "feedtool: see `feedtool --help`\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "--json", "--ndjson", "x"],
        ["ingest", "--max-unpacked", "lots", "x"],
        ["ingest", "--at", "yesterdayish", "x"],
        ["ingest", "--encoding", "klingon", "x"],
        ["ingest", "--encoding", "base64", "x"],
        ["diff", "-", "-"],
        ["explain", "--text", "a"],
    ],
)
def test_wrong_usage_is_told_apart(arguments: list[str]) -> None:
    assert run(*arguments).code == ExitCode.USAGE


def test_sizes_and_times_are_taken_as_people_write_them() -> None:
    assert ingest("--max-unpacked", "4G", "--max-transmission", "20", "first.txt").code == 2
    for at in ("2026-01-11 08:00", "11 Jan 2026 08:00 UTC", "2026-01-11T09:00+01:00"):
        ran = run("ingest", "--dry-run", "--store", "x.db", "--json", "--at", at, "first.txt")
        (transmission,) = validated("ingest", ran.out)["transmissions"]
        assert transmission["observed_at"] == "2026-01-11T08:00:00Z"


@pytest.mark.parametrize("at", ["12", "10:30", "Jan 11", "2026", "now", "2026-01-11 08:00 CST"])
def test_a_time_that_leaves_something_open_is_refused(at: str) -> None:
    ran = ingest("--at", at, "first.txt")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "is no time" in ran.err


@pytest.mark.parametrize("wait", ["nan", "-1", "soon", ""])
def test_a_time_to_wait_that_is_none_is_refused(wait: str) -> None:
    ran = ingest("--timeout", wait, "first.txt")
    assert ran.code == ExitCode.USAGE
    assert "is no number of seconds" in ran.err
    assert ingest("--timeout", "inf", "first.txt").code == ExitCode.DONE


def test_numbers_beyond_all_there_is_mean_all() -> None:
    many = "9" * 30
    limits = ("--max-lines", "--max-ratio", "--max-unpacked", "--max-transmission")
    assert ingest(*[word for name in limits for word in (name, many)], "first.txt").code == 0
    for words in (
        ("list", "--limit", many, "--store", "s.db"),
        ("log", "--limit", many, "--store", "s.db"),
        ("prune", "--keep", many, "--store", "s.db"),
        ("dedup", "--min-size", many, "--jobs", many, "first.txt"),
    ):
        assert run(*words).code == ExitCode.DONE


@pytest.mark.parametrize("name", ["nosuch", "hex", "utf\0", "7"])
def test_an_encoding_that_is_none_is_refused(name: str) -> None:
    ran = run("parse", "--encoding", name, "first.txt")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "is no encoding" in ran.err
    assert run("parse", "--encoding", "utf-16", "first.txt").code == ExitCode.DONE


@pytest.mark.parametrize("words", [("ingest", "--store", "s.db", "-"), ("backup", "copy.db")])
def test_a_folder_that_is_gone_is_no_bug(place: Path, words: tuple[str, ...]) -> None:
    """A job may outlive the folder in which it was started."""
    ingest("first.txt")
    (place / "gone").mkdir()
    os.chdir("gone")
    (place / "gone").rmdir()
    ran = run(*words, env={"FEEDTOOL_STORE": str(place / "s.db")})
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert ran.err == "feedtool: the folder in which feedtool was started is gone\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory cannot be bounded so")
def test_too_little_memory_is_said(place: Path) -> None:
    (place / "long.txt").write_bytes(FIRST.encode() + b"x" * (60 << 20))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (150 << 20, 150 << 20));"
    ran = python(f"{limit}from feedtool.cli import main; main(['parse', '-q', 'long.txt'])")
    assert (ran.returncode, ran.stdout) == (ExitCode.STORE, "")
    assert ran.stderr.startswith("feedtool: there is not enough memory; ")
    assert ran.stderr.count("\n") == 1


@pytest.mark.usefixtures("place")
def test_too_few_files_are_said() -> None:
    """The source is open, and no module can be loaded beside it."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4));"
    ran = python(f"from feedtool.cli import main; {limit} main(['parse', 'first.txt'])")
    assert (ran.returncode, ran.stdout) == (ExitCode.STORE, "")
    assert ran.stderr == (
        "feedtool: too many files are open; let this process have more (ulimit -n)\n"
    )


@pytest.mark.parametrize(
    "error",
    [
        ImportError("numpy: libopenblas.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, os.strerror(errno.ENOMEM), "feedtool/renderers"),
        RuntimeError("can't start new thread"),
    ],
)
def test_too_little_memory_is_said_where_a_library_calls_it_something_else(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:  # noqa: ARG001
        raise error

    monkeypatch.setattr(cli.group, "main", broken)
    told = run("list")
    assert told.code == ExitCode.STORE
    assert told.err.startswith("feedtool: there is not enough memory; ")


def test_colour_follows_flag_and_environment() -> None:
    def colored(*more: str, **env: str) -> bool:
        return "\x1b[" in run("parse", "first.txt", *more, env=env).out

    assert not colored()
    assert colored("--color", "always")
    assert colored("--color", "always", NO_COLOR="1")
    assert colored(FORCE_COLOR="1")
    assert not colored(FORCE_COLOR="1", NO_COLOR="1")
    assert not colored("--color", "never", FORCE_COLOR="1")
    assert colored(FEEDTOOL_COLOR="always")
    assert not colored("--json", "--color", "always")


def test_every_command_shows_examples_that_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "samples").symlink_to(SAMPLES)
    monkeypatch.chdir(tmp_path)
    env = {"FEEDTOOL_STORE": "examples.db"}
    for store in (env, {"FEEDTOOL_STORE": "laptop.db"}):
        run("ingest", *sorted(str(path) for path in SAMPLES.iterdir()), env=store)
    item = run("list", "-q", env=env).out.split()[0]
    for name in cli.COMMANDS:
        examples = re.findall(rf"^ +feedtool ({name}\b.*)$", run(name, "--help").out, re.MULTILINE)
        assert len(examples) in (2, 3), name
        for example in examples:
            words = shlex.split(example.partition(">")[0].replace("vk5k", item[:4]))
            ran = run(*words, env=env)
            assert ran.code in (ExitCode.DONE, ExitCode.DIFFERENT), example
            assert ran.err == "", example


def test_help_is_short_of_surprises() -> None:
    ran = run("--help")
    assert ran.code == 0
    assert set(cli.COMMANDS) <= set(re.findall(r"^  (\w+)  ", ran.out, re.MULTILINE))
    assert run("--version").out == "feedtool 0.1.0\n"


def test_no_words_at_all_get_the_help_and_fail() -> None:
    ran = run()
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert ran.err == run("--help").out


def test_the_table_says_what_each_command_says() -> None:
    for name, (_, _, what) in cli.COMMANDS.items():
        command = cli.group.get_command(cli.click.Context(cli.group), name)
        assert command is not None
        assert command.name == name
        assert what.split()[0] == (command.help or "").split()[0]


def test_help_loads_click_and_a_table_of_strings() -> None:
    code = (
        "import sys; from feedtool import cli; cli.run(['--help']);"
        "heavy = {'rich', 'pydantic', 'numpy', 'sqlite3', 'rapidfuzz', 'json', 'dateutil',"
        " 'platformdirs', 'tomllib', 'charset_normalizer', 'feedtool.report', 'feedtool.model'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    ran = python(code)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_page_is_ingested_without_the_heavy_packages() -> None:
    code = (
        "import sys; from feedtool import cli; cli.run(['ingest', '--store', 's.db', 'first.txt']);"
        "heavy = {'rich.console', 'pydantic', 'numpy', 'dateutil', 'platformdirs', 'tomllib',"
        " 'charset_normalizer', 'lzma', 'bz2'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    ran = python(code)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_closed_pipe_ends_quietly(place: Path) -> None:
    (place / "long.txt").write_text(FIRST * 4000)
    for arguments in (["parse", "long.txt"], ["ingest", "--ndjson", "--store", "p.db", "long.txt"]):
        process = start(*arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize("arguments", [["--help"], ["ingest", "--help"], ["--version"]])
def test_help_that_nobody_reads_ends_quietly(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*arguments, stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_full_disk_behind_the_output_is_said() -> None:
    with open("/dev/full", "wb") as full:
        process = start("parse", "first.txt", stdout=full.fileno())
        _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.USAGE
    assert err == b"feedtool: standard output: No space left on device\n"


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, ExitCode.TERMINATED), (signal.SIGINT, ExitCode.INTERRUPTED)],
)
def test_a_signal_leaves_a_whole_store(number: int, code: int) -> None:
    ingest("first.txt")
    process = start("ingest", "--store", "s.db", "--json", "second.txt", "-",
                    stdout=subprocess.DEVNULL)  # fmt: skip
    deadline = time.monotonic() + 30
    while len(run("log", "-q", "--store", "s.db").out.split()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert run("list", "--store", "s.db").code == 0


def test_a_bug_is_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "broken", ("no_such_module", "x", ""))
    ran = run("broken")
    assert ran.code == ExitCode.BUG
    assert "Traceback" in ran.err
    assert ran.err.endswith(
        "feedtool: this is a bug in feedtool; please report it with the lines above\n"
    )


def test_python_m_feedtool_is_the_command() -> None:
    out, _ = start("--version", stdout=subprocess.PIPE).communicate(timeout=60)
    assert out == b"feedtool 0.1.0\n"


def test_an_empty_list_says_so_beside_the_report() -> None:
    ingest("first.txt")
    ran = run("list", "--search", "nowhere to be found", "--store", "s.db")
    assert (ran.code, ran.out, ran.err) == (ExitCode.DONE, "", "feedtool: no items\n")
    assert run("list", "-q", "--search", "nowhere", "--store", "s.db").err == ""


def test_a_store_in_a_folder_that_is_not_there_says_so() -> None:
    ran = run("ingest", "--store", "no/such/feeds.db", "first.txt")
    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert "there is no folder" in ran.err


def test_a_text_that_two_origins_show_is_one_text_of_its_item() -> None:
    ingest("--origin", "a", "first.txt")
    ingest("--origin", "b", "first.txt")
    listed = validated("list", run("list", "--json", "--store", "s.db").out)
    assert [item["versions"] for item in listed["items"]] == [1, 1]
    shown = validated(
        "show", run("show", listed["items"][0]["id"], "--json", "--store", "s.db").out
    )
    (version,) = shown["versions"]
    assert [sighting["origin"] for sighting in version["sightings"]] == ["a", "b"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["--help"], ["ingest", "--help"], ["schema", "diff"]])
def test_a_full_disk_behind_standard_output_is_no_bug(arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "feedtool", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == ExitCode.USAGE
    assert done.stderr.decode().startswith("feedtool: standard output: ")
    assert "Traceback" not in done.stderr.decode()
