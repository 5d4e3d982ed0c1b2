"""`feedtool check`."""

import click

from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.errors import ExitCode


@click.command()
@options.store
@click.option("--hash", "hashed", is_flag=True, help="Print the hash of the content.")
@options.timeout
@options.output
def check(store: str, hashed: bool, timeout: float, output: Output) -> None:
    """Find out whether the store is sound, and say what is not.

    Everything is held against what it is derived from: dumps against their SHA-256, texts against
    their digests, the index against the texts, counts against what they count. The exit code is 4
    if anything is wrong.

    Two stores that saw the same in the same order have the same hash; docs/reliability.md says
    what it covers.

    \b
    Examples:
      feedtool check
      feedtool check --hash --json
    """  # noqa: D301 (click wants the character)
    from feedtool import upkeep
    from feedtool.stores.sqlite import Store

    def progress(part: str, done: int, total: int) -> None:
        output.progress.bar(part, done, total, done, "rows")

    with Store.open(store, readonly=True, timeout=timeout) as opened:
        report = upkeep.check(opened, progress, hashed=hashed)
    output.progress.clear()
    options.renderer(output.format).check(output.paper, report)
    raise SystemExit(ExitCode.STORE if report.findings else ExitCode.DONE)
