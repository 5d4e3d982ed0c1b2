"""Ctrl-C and SIGTERM: an exception where they strike, and a word of it that is never lost."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

# How long after an exception was dropped it is raised again: what dropped it is over by then.
AGAIN = 0.01


class Terminated(BaseException):
    """SIGTERM, as an exception: what is half done is undone on the way out."""


class Interrupts:
    """Which signal has come, if any: the first one decides how the process ends."""

    def __init__(self) -> None:
        self.number: int | None = None
        self._alarmed = False

    def strike(self, number: int, frame: object) -> NoReturn:  # noqa: ARG002
        """Unwind the stack."""
        if self.number is None:
            self.number = number
        raise Terminated if self.number == signal.SIGTERM else KeyboardInterrupt

    def strike_again(self) -> None:
        """Unwind the stack a moment later."""
        number = self.number
        if number is None or not hasattr(signal, "setitimer"):
            return
        self._alarmed = True
        signal.signal(signal.SIGALRM, lambda _, frame: self.strike(number, frame))
        signal.setitimer(signal.ITIMER_REAL, AGAIN)

    def end(self) -> None:
        """Let nothing strike any more."""
        if self._alarmed:
            signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def unwinding() -> Iterator[Interrupts]:
    """Make Ctrl-C and SIGTERM unwind the stack, up to where the caller asks what has come.

    An exception may vanish on its way: Python drops it in destructors and callbacks, and a library
    may turn it into one of its own. So it is raised again, and the number of the signal is kept.
    """
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return

    def dropped(unraisable: "sys.UnraisableHookArgs") -> None:
        if issubclass(unraisable.exc_type, (KeyboardInterrupt, Terminated)):
            interrupts.strike_again()
        else:
            hook(unraisable)

    hook, sys.unraisablehook = sys.unraisablehook, dropped
    # What a shell starts in the background is to ignore Ctrl-C, and goes on ignoring it.
    before = {
        number: signal.signal(number, interrupts.strike)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) not in (signal.SIG_IGN, None)
    }
    try:
        yield interrupts
    finally:
        interrupts.end()
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook


def ignore() -> None:
    """Let no Ctrl-C disturb a process that has only its end before it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
