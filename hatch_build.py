"""Compile the steps of feedtool/native while a wheel is built, where a compiler is at hand.

Without one the wheel is a plain one, and feedtool takes the references in Python.
"""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOME = Path("feedtool", "native")
MODULE = "feedtool.native._core"


class CompiledSteps(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the compiled module into the wheel or, for an editable install, beside its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile it before the wheel is made."""
        if self.target_name != "wheel" or os.environ.get("FEEDTOOL_PURE"):
            return
        root = Path(self.root)
        # It has to stay there until the wheel is written.
        self._folder = tempfile.TemporaryDirectory()
        built = compiled(root, Path(self._folder.name))
        if built is None:
            self.app.display_warning("feedtool is installed without its compiled steps")
        elif version == "editable":
            shutil.copy(built, root / HOME)
        else:
            build_data["force_include"][str(built)] = (HOME / built.name).as_posix()
            build_data["pure_python"] = False
            build_data["infer_tag"] = True

    def finalize(self, *_: object) -> None:
        """Take away what was compiled."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def compiled(root: Path, folder: Path) -> Path | None:
    """Compile the sources into a folder; return the module, or None where that fails."""
    from setuptools import Distribution, Extension

    sources = sorted((root / HOME).glob("*.c"))
    extension = Extension(
        MODULE,
        [os.path.relpath(source, root) for source in sources],
        define_macros=[("SOURCES", f'"{fingerprint(root)}"')],
        # Where the sources lie says nothing, and would make other bytes of the same sources.
        extra_compile_args=[] if os.name == "nt" else ["-O3", "-g0"],
        optional=True,
    )
    command = Distribution({"ext_modules": [extension]}).get_command_obj("build_ext")
    command.build_lib = str(folder / "lib")
    command.build_temp = str(folder / "temp")
    here = os.getcwd()
    os.chdir(root)
    try:
        command.ensure_finalized()
        command.run()
    finally:
        os.chdir(here)
    built = Path(command.get_ext_fullpath(MODULE))
    return built if built.exists() else None


def fingerprint(root: Path) -> str:
    """Return what tells a module that was compiled of these sources from one of others."""
    found = sha256()
    for source in sorted((root / HOME).glob("*.[ch]")):
        found.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return found.hexdigest()[:16]
