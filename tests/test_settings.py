import sys
from pathlib import Path

import platformdirs
import pytest

from feedtool.commands import settings
from feedtool.errors import ExitCode
from tests.console import run

PAGE = "INCOMING TRANSMISSION\n\nThe harbour master of Lund keeps a ledger of every ship\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a dump and an empty settings file."""
    (tmp_path / "page.txt").write_text(PAGE)
    (tmp_path / "feedtool").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def origin(place: Path, toml: str, *flags: str, **env: str) -> str:
    """Return the origin under which a page is ingested with these settings."""
    (place / "feedtool" / "config.toml").write_text(toml)
    env["XDG_CONFIG_HOME"] = str(place)
    ran = run("ingest", "--dry-run", "--store", "s.db", *flags, "page.txt", env=env)
    assert ran.err == ""
    return ran.out.split()[2]


def test_flags_come_before_environment_before_file_before_defaults(place: Path) -> None:
    shared = 'origin = "shared"\n'
    section = shared + '[ingest]\norigin = "section"\n'
    assert origin(place, "") == "default"
    assert origin(place, shared) == "shared"
    assert origin(place, section) == "section"
    assert origin(place, section, FEEDTOOL_ORIGIN="environment") == "environment"
    assert origin(place, section, "--origin", "flag", FEEDTOOL_ORIGIN="environment") == "flag"


def test_who_sends_by_default_hides_nothing_that_others_sent(place: Path) -> None:
    settings = {"FEEDTOOL_ORIGIN": "mine", "XDG_CONFIG_HOME": str(place)}
    (place / "feedtool" / "config.toml").write_text('origin = "mine"\n')
    run("ingest", "--store", "s.db", "--origin", "another", "page.txt", env=settings)
    for command in ("list", "log"):
        assert run(command, "--store", "s.db", env=settings).out
        assert not run(command, "--store", "s.db", "--origin", "mine", env=settings).out


def test_every_option_may_stand_in_its_section(place: Path) -> None:
    (place / "my.toml").write_text(
        '[ingest]\nmax-unpacked = "1G"\nonly = ["new", "truncated"]\n'
        'dry-run = true\nfrom = "lines"\n'
        '[diff]\nformat = "json"\n'
    )
    ran = run("--config", "my.toml", "ingest", "--store", "s.db", "page.txt")
    assert (ran.code, ran.err) == (0, "")
    assert "dry run" in ran.out
    assert "1  other:  INCOMING TRANSMISSION" in ran.out
    ran = run("diff", "page.txt", "page.txt", env={"FEEDTOOL_CONFIG": "my.toml"})
    assert ran.out.startswith("{")


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('colour = "never"', "unknown setting 'colour'"),
        ("[ingest]\norigins = 1", "unknown setting 'origins' in section [ingest]"),
        ("[ingest]\npaths = 1", "unknown setting 'paths' in section [ingest]"),
        ("[ingst]", "unknown setting 'ingst'"),
        ("ingest = 1", "'ingest' should be a section"),
        ("[store]", "'store' should be one value"),
        ("x = ", "no valid TOML: "),
        ("x = " + "[" * 9999, "no settings: brackets within brackets"),
        (f"# {'long ' * 300_000}", "longer than any settings are"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(place: Path, toml: str, complaint: str) -> None:
    (place / "my.toml").write_text(toml)
    ran = run("--config", "my.toml", "ingest", "--store", "s.db", "page.txt")
    assert ran.code == ExitCode.USAGE
    assert ran.err.startswith(f"feedtool: my.toml: {complaint}")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("timeout = nan", "'nan' is no number of seconds"),
        ("timeout = true", "'True' is no number of seconds"),
        ("max_unpacked = 1.5", "'1.5' is no size"),
        ("max_unpacked = -4", "'-4' is no size"),
        ("max_lines = 1.5", "'1.5' is not a valid integer range"),
        ("encoding = 7", "'7' is no encoding"),
        ("format = 1979-05-27", "'1979-05-27' is not one of"),
        ("[ingest]\nonly = 5", "'5' is none of new, repeated, truncated"),
        ("[ingest]\nat = 00:00:01", "'00:00:01' is no time"),
        ('[ingest]\nstrict = "perhaps"', "'perhaps' is not a valid boolean"),
    ],
)
def test_a_value_of_any_kind_is_checked_as_on_the_command_line(
    place: Path, toml: str, complaint: str
) -> None:
    (place / "my.toml").write_text(toml)
    ran = run("--config", "my.toml", "ingest", "--store", "s.db", "page.txt")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert complaint in ran.err
    assert not (place / "s.db").exists()


def test_dates_and_numbers_are_taken_as_toml_writes_them(place: Path) -> None:
    (place / "my.toml").write_text(
        "timeout = 2.5\nmax_unpacked = 30000\n[ingest]\nat = 2026-01-11T08:00:00Z\nquiet = true\n"
    )
    assert run("--config", "my.toml", "ingest", "--store", "s.db", "page.txt").code == 0
    assert "2026-01-11 08:00" in run("--config", "my.toml", "log", "--store", "s.db").out


def test_a_named_file_must_be_there() -> None:
    ran = run("--config", "none.toml", "log")
    assert ran.err == "feedtool: none.toml: No such file or directory\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize("named", ["", "/somewhere"])
def test_the_folders_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, named)
    config = Path(platformdirs.user_config_dir("feedtool", appauthor=False))
    data = Path(platformdirs.user_data_dir("feedtool", appauthor=False))
    assert Path(settings.config_file()) == config / "config.toml"
    assert Path(settings.default_store()) == data / "feeds.db"


def test_the_default_store_is_made_with_its_folder(place: Path) -> None:
    env = {"XDG_DATA_HOME": str(place / "data")}
    assert run("ingest", "page.txt", env=env).code == 0
    assert (place / "data" / "feedtool" / "feeds.db").exists()
    assert run("log", "-q", env=env).out == "1\n"
