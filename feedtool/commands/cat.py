"""`feedtool cat`."""

import sys

import click

from feedtool.commands import options
from feedtool.commands.streams import is_terminal, write_bytes
from feedtool.renderers.safety import shown
from feedtool.stores.sqlite import Store


@click.command()
@click.argument("id")
@options.store
@options.timeout
def cat(id: str, store: str, timeout: float) -> None:  # noqa: A002 (the word of the user)
    """Write the dump of transmission ID as it was received.

    The bytes are exact, except at a terminal, which gets control characters in a visible form.

    \b
    Examples:
      feedtool cat 3
      feedtool cat 3 > again.txt
    """  # noqa: D301 (click wants the character)
    with Store.open(store, readonly=True, timeout=timeout) as opened:
        number = options.number(id)
        raw = opened.raw(number)
        if is_terminal(sys.stdout):
            raw = _visible(raw, opened.report(number).encoding)
        write_bytes(raw)


def _visible(raw: bytes, encoding: str) -> bytes:
    text = raw.decode(encoding, "backslashreplace")
    lines = [shown(line) for line in text.split("\n")]
    return "\n".join(lines).encode(sys.stdout.encoding, "backslashreplace")
