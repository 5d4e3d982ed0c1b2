"""The command line: its commands, its signals, and the one place where errors become exit codes."""

import errno
import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from feedtool import interrupts
from feedtool.errors import ExitCode, FeedtoolError
from feedtool.version import __version__

# name: (module, attribute, what it does). A command's module is loaded when it is run, so that
# `feedtool --help` costs little more than Python itself.
COMMANDS = {
    "ingest": ("ingest", "ingest", "Judge what dumps bring, remember it and report it."),
    "diff": ("diff", "diff", "Show what one dump brings, lost, changed and moved."),
    "dedup": ("dedup", "dedup", "Tell which excerpts of a whole corpus are one article."),
    "parse": ("parse", "parse", "Show what stands in dumps, block by block."),
    "list": ("list", "list_", "List the items of the store."),
    "show": ("show", "show", "Show an item: its texts over time, and where it was seen."),
    "log": ("log", "log", "List what was ingested, or show a report again."),
    "cat": ("cat", "cat", "Write a dump as it was received."),
    "explain": ("explain", "explain", "Explain why two excerpts are one article, or why not."),
    "check": ("check", "check", "Find out whether the store is sound."),
    "undo": ("undo", "undo", "Make as if a transmission had never been seen."),
    "reindex": ("reindex", "reindex", "Derive everything again from the bytes received."),
    "backup": ("backup", "backup", "Copy the store while others use it."),
    "prune": ("prune", "prune", "Remove the dumps of old transmissions."),
    "salvage": ("salvage", "salvage", "Save what can be read of a damaged store."),
    "schema": ("schema", "schema", "Print the JSON Schema of a report."),
}


class Commands(click.Group):
    """A group whose commands are loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(import_module(f"feedtool.commands.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a name that is none suggest one that is."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        close = get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise click.UsageError(f"No such command {name!r}.{hint}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table without loading what it names."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, _, what) in COMMANDS.items()])


@click.command(
    cls=Commands,
    invoke_without_command=True,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "FEEDTOOL",
        "max_content_width": 100,
    },
)
@click.version_option(__version__, prog_name="feedtool", message="%(prog)s %(version)s")
@click.option(
    "--config", metavar="PATH", envvar="FEEDTOOL_CONFIG", help="The settings, a TOML file."
)
@click.pass_context
def group(ctx: click.Context, config: str | None) -> None:
    """Tell which excerpts of feed dumps are new, which you have seen and which are cut short.

    Settings come from flags, then from the environment (FEEDTOOL_STORE, FEEDTOOL_INGEST_ORIGIN),
    then from the settings file. For completion put the output of
    `_FEEDTOOL_COMPLETE=bash_source feedtool` (or zsh_source, fish_source) into your shell's
    start-up file.

    \b
    Examples:
      feedtool ingest samples
      feedtool diff samples/001.txt samples/003.txt
    """  # noqa: D301 (click wants the character)
    from feedtool.commands import settings

    name = ctx.invoked_subcommand
    if name is None:
        click.echo(ctx.get_help(), err=True)
        raise SystemExit(ExitCode.USAGE)
    found = settings.load(config, tuple(COMMANDS))
    if found:
        command = group.get_command(ctx, name)
        assert command is not None
        where = config or settings.config_file()
        ctx.default_map = {name: settings.defaults(name, command, found, where)}


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run feedtool and end the process."""
    # Nothing here multiplies matrices. The threads that numpy would keep for that take half of the
    # time to load it, and where memory is short they end the process with a code of their own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = run(arguments)
        interrupts.ignore()
    except (KeyboardInterrupt, interrupts.Terminated) as late:
        # It came on the way out.
        ended = isinstance(late, interrupts.Terminated)
        code = ExitCode.TERMINATED if ended else ExitCode.INTERRUPTED
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run feedtool and return its exit code."""
    with interrupts.unwinding() as signals:
        try:
            code: int | None = _ended(arguments)
        except BaseException as error:
            # What a library made of an interrupt is still one.
            code = None if signals.number is not None else _exit_code(error)
            if code is None and signals.number is None:
                raise
    if signals.number is None:
        assert code is not None
        return code
    _leave_at_once()
    return 128 + signals.number


def _leave_at_once() -> None:
    """Forget the rest of the output: who does not read it now would hold the process."""
    from feedtool.commands import streams

    if sys.stdout is not None and not sys.stdout.closed:
        streams.discard_output()


def _ended(arguments: list[str] | None) -> int:
    """Run the command up to the point where its output is out."""
    from feedtool.commands import streams

    stdout = sys.stdout
    try:
        try:
            group.main(arguments, prog_name="feedtool", standalone_mode=False)
        except SystemExit as end:
            if sys.stdout is not stdout:
                # So click says that nobody reads its `--help`.
                raise streams.ClosedOutput from end
            code = end.code
        else:
            code = 0
        streams.flush()
    except streams.ClosedOutput:
        # Who reads has seen enough. As in ripgrep that is no failure.
        streams.discard_output()
        return ExitCode.DONE
    except streams.OutputError:
        streams.discard_output()
        raise
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        # Stores and sources speak for themselves: it is click that could not write its help.
        streams.discard_output()
        raise streams.OutputError(f"standard output: {error.strerror}") from error
    return code if isinstance(code, int) else 0 if code is None else 1


def _exit_code(error: BaseException) -> int | None:
    """Say what went wrong on one line; None for what is no business of ours."""
    from feedtool.commands.streams import message

    if isinstance(error, click.UsageError):
        _show_usage(error)
        return error.exit_code
    if isinstance(error, click.ClickException):
        message(error.format_message())
        return error.exit_code
    if isinstance(error, FeedtoolError):
        message(str(error))
        return error.exit_code
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return ExitCode.INTERRUPTED
    if lacking := _lacking(error):
        message(lacking)
        return ExitCode.STORE
    if isinstance(error, FileNotFoundError) and not _stands_somewhere():
        message("the folder in which feedtool was started is gone")
        return ExitCode.USAGE
    if isinstance(error, Exception):
        sys.excepthook(type(error), error, error.__traceback__)
        message("this is a bug in feedtool; please report it with the lines above")
        return ExitCode.BUG
    return None


_NO_MEMORY = "there is not enough memory; with a lower --max-transmission a page takes less"
_NO_FILES = "too many files are open; let this process have more (ulimit -n)"
# What is said of it where a module or a thread cannot be had; nothing but words tells which it is.
_LACKS = {
    "Too many open files": _NO_FILES,
    "Cannot allocate memory": _NO_MEMORY,
    "failed to map segment": _NO_MEMORY,
    "can't start new thread": _NO_MEMORY,
}


def _lacking(error: BaseException) -> str | None:
    """Say what the machine has too little of, if that is what went wrong."""
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    if not isinstance(error, (OSError, ImportError, RuntimeError)):
        return None
    return next((said for words, said in _LACKS.items() if words in str(error)), None)


def _stands_somewhere() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return False
    return True


def _show_usage(error: click.UsageError) -> None:
    from feedtool.commands.streams import message

    message(error.format_message())
    if error.ctx is not None:
        message(f"see `{error.ctx.command_path} --help`")
