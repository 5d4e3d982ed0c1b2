"""Start feedtool: `python -m feedtool`, and the command that is installed."""

import os
import sys

# Ctrl-C may come while `typing` is loaded, when nobody is there yet to end quietly.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> "NoReturn":
    """Run feedtool and end the process, quietly where Ctrl-C comes while it is still loaded."""
    report = sys.unraisablehook

    def dropped(unraisable: "sys.UnraisableHookArgs") -> None:
        # Locks of modules drop exceptions. Nothing is half done yet, or everything is done.
        if unraisable.exc_type is KeyboardInterrupt:
            os._exit(130)
        report(unraisable)

    try:
        sys.unraisablehook = dropped
        from feedtool import cli
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main()


if __name__ == "__main__":
    main()
