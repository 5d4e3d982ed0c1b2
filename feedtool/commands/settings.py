"""Where settings come from when no flag and no environment variable gives them: a TOML file."""

import os
import sys
from typing import Any

import click

from feedtool.errors import FeedtoolError

# Keys that may stand at the top of the file: they mean the same for every command that has them.
# `origin` there names who sends; it does not hide from `list` and `log` what others sent.
SHARED = (
    "color",
    "encoding",
    "format",
    "max_lines",
    "max_ratio",
    "max_transmission",
    "max_unpacked",
    "origin",
    "store",
    "timeout",
)


# A device or a dump that is taken for settings may have no end.
LONGEST = 1 << 20


class SettingsError(FeedtoolError):
    """A settings file that cannot be read, or that says something unknown."""


def config_file() -> str:
    """Return where a user's settings stand."""
    return os.path.join(_folder("XDG_CONFIG_HOME", ".config", "user_config_dir"), "config.toml")


def default_store() -> str:
    """Return where a user's store stands unless another one is named."""
    return os.path.join(_folder("XDG_DATA_HOME", ".local/share", "user_data_dir"), "feeds.db")


def _folder(variable: str, fallback: str, asked: str) -> str:
    # The rule of the XDG base directories is one line, and importing platformdirs takes twice the
    # time that Python itself needs to start. A test holds both to the same answer.
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        named = os.environ.get(variable, "").strip()
        base = named or os.path.join(os.path.expanduser("~"), fallback)
        return os.path.join(base, "feedtool")
    import platformdirs

    return str(getattr(platformdirs, asked)("feedtool", appauthor=False))


def load(path: str | None, commands: tuple[str, ...]) -> dict[str, Any]:
    """Return the settings of a file: shared ones, and a section for each of `commands`.

    Without a path the user's own file is read, if there is one.
    """
    if path is None:
        path = config_file()
        if not os.path.exists(path):
            return {}
    settings = _parsed(path)
    for key in settings:
        if key.replace("-", "_") not in SHARED and key not in commands:
            raise SettingsError(f"{path}: unknown setting {key!r}")
        if isinstance(settings[key], dict) != (key in commands):
            raise SettingsError(f"{path}: {key!r} should be {_expected(key in commands)}")
    return settings


def _expected(section: bool) -> str:
    return "a section" if section else "one value"


def _parsed(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            data = file.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise SettingsError(f"{path}: longer than any settings are")
        return tomllib.loads(data.decode())
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: no valid TOML: {error}") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: no settings: brackets within brackets") from error


def defaults(
    name: str, command: click.Command, settings: dict[str, Any], path: str
) -> dict[str, Any]:
    """Return what the settings say about the options of a command."""
    options = {option.name: option for option in command.params if isinstance(option, click.Option)}
    section = settings.get(name, {})
    shared = {key: settings[key] for key in settings if key != "origin" or name == "ingest"}
    chosen = {}
    for key, value in {**shared, **section}.items():
        plain = {"from": "from_"}.get(key, key.replace("-", "_"))
        if plain in options:
            chosen[plain] = _text(value, options[plain])
        elif key in section:
            raise SettingsError(f"{path}: unknown setting {key!r} in section [{name}]")
    return chosen


def _text(value: Any, option: click.Option) -> Any:
    """Return a value of TOML as the command line writes it, so that it is checked in one place."""
    if isinstance(value, bool) and (option.is_flag or option.count):
        return value
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
