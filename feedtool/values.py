"""Frozen dataclasses with slots, for a third of the time.

Nearly everything here is one, and they are made at every start and for every text. A type checker
sees those of the standard library, and holds everyone to it that they are frozen. At run time they
are plain ones, whose attributes are set in a tenth of the time, with one equality, hash and
representation for all, where the standard library compiles six functions for each.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from operator import attrgetter

    def dataclass(*, slots, frozen=False):
        """Return a decorator that makes a dataclass with slots, to be hashed if it is frozen."""

        def made(cls):
            value = dataclasses.dataclass(slots=slots, eq=False, repr=False)(cls)
            value._values = attrgetter(*value.__match_args__)
            value.__eq__, value.__repr__ = _equal, _shown
            value.__hash__ = _hashed if frozen else None
            return value

        return made

    def _equal(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self._values(self) == self._values(other)

    def _hashed(self):
        return hash((self.__class__, self._values(self)))

    def _shown(self):
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__match_args__]
        return f"{self.__class__.__qualname__}({', '.join(shown)})"
