"""The steps that run for every text, compiled; `core` is None where they are not.

Each has a reference in Python that gives the same answers, only later. That is used where no
compiler was at hand when feedtool was installed, and where FEEDTOOL_PURE is set.
"""

import os
from importlib import import_module
from types import ModuleType


def _loaded() -> ModuleType | None:
    if os.environ.get("FEEDTOOL_PURE"):
        return None
    try:
        return import_module("feedtool.native._core")
    except ImportError:
        return None


core = _loaded()
