"""Reports for people: a page at a glance, then as much as was asked for.

Nothing here depends on colour: what a colour says, a word or a mark says too. A command loads the
part that it writes with.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from feedtool.renderers.terminal.care import backup as backup
    from feedtool.renderers.terminal.care import check as check
    from feedtool.renderers.terminal.care import prune as prune
    from feedtool.renderers.terminal.care import reindex as reindex
    from feedtool.renderers.terminal.care import salvage as salvage
    from feedtool.renderers.terminal.care import undo as undo
    from feedtool.renderers.terminal.clusters import dedup as dedup
    from feedtool.renderers.terminal.comparison import diff as diff
    from feedtool.renderers.terminal.comparison import explain as explain
    from feedtool.renderers.terminal.pages import Ingest as Ingest
    from feedtool.renderers.terminal.pages import parse as parse
    from feedtool.renderers.terminal.stored import items as items
    from feedtool.renderers.terminal.stored import log as log
    from feedtool.renderers.terminal.stored import show as show

_HOMES = {
    "care": ("backup", "check", "prune", "reindex", "salvage", "undo"),
    "clusters": ("dedup",),
    "comparison": ("diff", "explain"),
    "pages": ("Ingest", "parse"),
    "stored": ("items", "log", "show"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
