"""Whether a batch is large enough for numpy."""

import sys

# From so many texts on loading numpy costs less than it saves.
LARGE = 400


def pays(count: int, few: int) -> bool:
    """Tell whether numpy saves time for so many texts; once it is loaded, it does from `few` on."""
    return count >= (few if "numpy" in sys.modules else LARGE)
