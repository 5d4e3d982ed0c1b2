"""Options that several commands share, each written once."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from feedtool.commands import settings
from feedtool.commands.output import Output
from feedtool.errors import OlderStoreError
from feedtool.renderers import DEDUP_FORMATS
from feedtool.renderers import FORMATS as RENDERERS

if TYPE_CHECKING:
    from feedtool.stores.sqlite import Store

Command = TypeVar("Command", bound=Callable[..., Any])

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def size(value: int | str) -> int:
    """Return a number of bytes, written such as `500M` or `4G`."""
    if isinstance(value, int):
        return value
    text = value.strip().lower().removesuffix("b").removesuffix("i")
    number, unit = (text[:-1], text[-1]) if text[-1:].isalpha() else (text, "")
    if unit not in _UNITS or not number.isascii() or not number.isdigit() or not int(number):
        raise click.BadParameter(f"{value!r} is no size; write one such as 500M or 4G")
    return int(number) * _UNITS[unit]


def _zoned(at: datetime) -> datetime:
    """Give a time without a zone that of this place.

    Python looks a day ahead and back to find it, which the first and the last day do not have.
    """
    if at.tzinfo is not None or 1 < at.year < 9999:
        return at
    near = at.replace(year=2 if at.year == 1 else 9998)
    return at.replace(tzinfo=near.astimezone().tzinfo)


def time(value: datetime | str) -> datetime:
    """Return a point in time in UTC; without a zone it is local."""
    try:
        at = value if isinstance(value, datetime) else _time(value)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{value!r} is no time; write one such as 2026-01-11T08:00Z"
        ) from error
    try:
        return _zoned(at).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise click.BadParameter(f"{value!r} is outside of the years 1 to 9999 in UTC") from error


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        import warnings

        from dateutil import parser

        with warnings.catch_warnings():
            # A zone that it does not know (`CST` is two) it would leave out.
            warnings.simplefilter("error", parser.UnknownTimezoneWarning)
            try:
                found, other = (parser.parse(text, default=day) for day in _ANY_DAYS)
            except parser.UnknownTimezoneWarning as error:
                raise ValueError(text) from error
        if found != other:
            # `10`, `Jan 11` and `10:30` leave open what nobody should guess.
            raise ValueError(text) from None
        return found


_ANY_DAYS = (datetime(2000, 1, 1), datetime(2001, 2, 2))


# SQLite counts in 63 bits; what is more than all there is means all.
MOST = (1 << 63) - 1


class Count(click.IntRange):
    """How many of something: at least `least`, and `most` where more is asked for."""

    def __init__(self, least: int, most: int = MOST) -> None:
        super().__init__(min=least)
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        return min(super().convert(value, param, ctx), self.most)


def seconds(value: float | str) -> float:
    """Return how long to wait."""
    try:
        wait = float(value)
    except (ValueError, TypeError, OverflowError):
        wait = -1.0
    if not wait >= 0:
        raise click.BadParameter(f"{value!r} is no number of seconds; write one such as 2.5")
    return wait


def encoding(value: str) -> str:
    """Return the name of an encoding that Python knows."""
    try:
        # Of no bytes at all Python would not ask in what they are encoded.
        b" ".decode(value)
    except UnicodeError:
        return value
    except (LookupError, ValueError) as error:
        raise click.BadParameter(f"{value!r} is no encoding; write one such as gb18030") from error
    return value


def words(known: tuple[str, ...]) -> Callable[[tuple[str, ...] | str], tuple[str, ...]]:
    """Return a type for several of a few words, with commas between them."""

    def convert(value: tuple[str, ...] | str) -> tuple[str, ...]:
        chosen = value if isinstance(value, tuple) else tuple(map(str.strip, value.split(",")))
        for word in chosen:
            if word not in known:
                raise click.BadParameter(f"{word!r} is none of {', '.join(known)}")
        return chosen

    return convert


store = click.option(
    "--store",
    metavar="PATH",
    envvar="FEEDTOOL_STORE",
    default=settings.default_store,
    help="The store; by default one in your data folder.",
)

timeout = click.option(
    "--timeout",
    type=seconds,
    metavar="SECONDS",
    envvar="FEEDTOOL_TIMEOUT",
    default=30.0,
    show_default=True,
    help="How long to wait for a process that is writing to the store.",
)

origin = click.option(
    "--origin",
    metavar="NAME",
    help="Only what this sender sent.",
)

since = click.option(
    "--since", type=time, metavar="TIME", help="Only what was first met then or later."
)

limit = click.option("--limit", type=Count(1), metavar="N", help="At most N, the newest ones.")


def output(command: Command) -> Command:
    """Give a command its `output`: form, colour, and how much is said."""
    return _with_output(command, RENDERERS)


def output_of_dedup(command: Command) -> Command:
    """Give `dedup` its `output`, which may be a table too."""
    return _with_output(command, DEDUP_FORMATS)


def _with_output(command: Command, formats: tuple[str, ...]) -> Command:
    @functools.wraps(command)
    def wrapper(**arguments: Any) -> Any:
        return command(output=_output(arguments), **arguments)

    for option in reversed((_format(formats), *_OUTPUT)):
        wrapper = option(wrapper)
    return wrapper  # type: ignore[return-value]


def _format(formats: tuple[str, ...]) -> Callable[[Command], Command]:
    return click.option(
        "--format",
        type=click.Choice(formats),
        envvar="FEEDTOOL_FORMAT",
        default=formats[0],
        show_default=True,
        help="The form of the report.",
    )


_OUTPUT = (
    click.option("--json", "as_json", is_flag=True, help="Short for --format json."),
    click.option("--ndjson", "as_ndjson", is_flag=True, help="Short for --format ndjson."),
    click.option(
        "--color",
        type=click.Choice(("auto", "always", "never")),
        envvar="FEEDTOOL_COLOR",
        default="auto",
        show_default=True,
        help="When to use colour; NO_COLOR and FORCE_COLOR are heeded.",
    ),
    click.option("-q", "--quiet", count=True, help="Say less: the last line only, no warnings."),
    click.option("-v", "--verbose", count=True, help="Say more: every row, and why."),
)


def _output(arguments: dict[str, Any]) -> Output:
    form: str = arguments.pop("format")
    as_json, as_ndjson = arguments.pop("as_json"), arguments.pop("as_ndjson")
    quiet, verbose = arguments.pop("quiet"), arguments.pop("verbose")
    color: str = arguments.pop("color")
    if as_json and as_ndjson:
        raise click.UsageError("--json and --ndjson exclude each other.")
    if as_json or as_ndjson:
        form = "json" if as_json else "ndjson"
    return Output(form, color, max(-1, min(verbose - quiet, 1)))


def renderer(form: str) -> ModuleType:
    """Return the renderer of that name."""
    return import_module(f"feedtool.renderers.{form}")


def opened(
    path: str, output: Output, timeout: float, *, create: bool = False, dry_run: bool = False
) -> "Store":
    """Open a store to write to it; an older one is migrated first, but not in a dry run."""
    from feedtool.stores.sqlite import Store

    try:
        return Store.open(path, create=create, timeout=timeout)
    except OlderStoreError as older:
        if dry_run:
            raise
        from feedtool.commands.migrating import migrate_first

        migrate_first(older, output, timeout)
    return Store.open(path, create=create, timeout=timeout)


def reading(command: Command) -> Command:
    """Give a command its `reading`: how sources are read."""

    @functools.wraps(command)
    def wrapper(**arguments: Any) -> Any:
        return command(reading=_reading(arguments), **arguments)

    for option in reversed(_READING):
        wrapper = option(wrapper)
    return wrapper  # type: ignore[return-value]


_INPUT_FORMATS = ("transmission", "paragraphs", "lines")

_READING = (
    click.option(
        "--encoding",
        type=encoding,
        metavar="NAME",
        envvar="FEEDTOOL_ENCODING",
        help="The encoding of the sources, instead of what is found.",
    ),
    click.option(
        "--from",
        "from_",
        type=click.Choice(_INPUT_FORMATS),
        help="The format of the sources, instead of what is found.",
    ),
    click.option("--strict", is_flag=True, help="Take a source with a warning for a failure."),
    click.option(
        "--max-unpacked",
        type=size,
        metavar="SIZE",
        envvar="FEEDTOOL_MAX_UNPACKED",
        default="4G",
        show_default=True,
        help="The most that a packed source may unpack to.",
    ),
    click.option(
        "--max-ratio",
        type=Count(1),
        metavar="N",
        envvar="FEEDTOOL_MAX_RATIO",
        default=1000,
        show_default=True,
        help="The most that a packed source may grow, in times.",
    ),
    click.option(
        "--max-transmission",
        type=size,
        metavar="SIZE",
        envvar="FEEDTOOL_MAX_TRANSMISSION",
        default="64M",
        show_default=True,
        help="The longest transmission to take into memory.",
    ),
    click.option(
        "--max-lines",
        type=Count(1),
        metavar="N",
        envvar="FEEDTOOL_MAX_LINES",
        default=100_000,
        show_default=True,
        help="The most lines of a transmission to take into memory.",
    ),
)


def _reading(arguments: dict[str, Any]) -> Any:
    from feedtool.reading import Reading
    from feedtool.sources import Limits

    limits = Limits(
        arguments.pop("max_unpacked"),
        arguments.pop("max_ratio"),
        arguments.pop("max_transmission"),
        arguments.pop("max_lines"),
    )
    encoding, input_format = arguments.pop("encoding"), arguments.pop("from_")
    return Reading(encoding, input_format, arguments.pop("strict"), limits)


def number(value: str) -> int:
    """Return the number of a transmission, written as `3` or `#3`."""
    plain = value.removeprefix("#")
    # SQLite counts in 63 bits.
    if not plain.isascii() or not plain.isdigit() or len(plain) > 18:
        raise click.BadParameter(f"{value!r} is no transmission number; `feedtool log` lists them")
    return int(plain)
