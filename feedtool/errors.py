"""What can go wrong in a way that the user can act on, and how a process says so."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a feedtool process ends; scripts rely on these numbers."""

    DONE = 0
    DIFFERENT = 1
    USAGE = 2
    PARTIAL = 3
    STORE = 4
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143


class FeedtoolError(Exception):
    """The root of everything the user can act on."""

    exit_code = ExitCode.USAGE


class InputError(FeedtoolError):
    """A source that cannot be read, unpacked, decoded or parsed."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class StoreError(FeedtoolError):
    """A store that cannot be used: missing, busy, foreign, newer, damaged, or its disk is full."""

    exit_code = ExitCode.STORE

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class OlderStoreError(StoreError):
    """A store of an older schema, which whoever writes to it migrates first."""

    def __init__(self, path: str, version: int, ours: int) -> None:
        super().__init__(
            path,
            f"made by an older feedtool: its schema is version {version}, this feedtool works with "
            f"version {ours}; `feedtool reindex` migrates it",
        )
        self.version = version
        self.ours = ours


class ScratchError(FeedtoolError):
    """Temporary files that cannot be written, most often because their disk is full."""

    exit_code = ExitCode.STORE

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"{folder}: {reason}; set TMPDIR to a folder with more room")


class CrewError(FeedtoolError):
    """A process that shared the work was killed, or could not be started: most often for memory."""

    exit_code = ExitCode.STORE

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}, perhaps for want of memory; with --jobs 1 there is one process"
        )


class NotFoundError(FeedtoolError):
    """A transmission, item or line that the user named and that is not there, or not unique."""
