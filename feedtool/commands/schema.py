"""`feedtool schema`."""

import click

from feedtool.commands.streams import write_bytes


@click.command()
@click.argument("name", required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema of a report; without NAME list the names.

    \b
    Examples:
      feedtool schema
      feedtool schema ingest
    """  # noqa: D301 (click wants the character)
    from feedtool import schema as schemas

    if name is None:
        write_bytes("".join(f"{known}\n" for known in schemas.NAMES).encode())
    else:
        write_bytes(schemas.text(name).encode())
