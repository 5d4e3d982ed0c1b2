"""Runs the tests of what is compiled with AddressSanitizer and UndefinedBehaviorSanitizer in it.

python -m tests.sanitized

Needs gcc, or clang under that name with its shared runtime.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = ("feedtool", "tests", "samples")
FILES = ("pyproject.toml", "hatch_build.py")
RUNTIMES = ("libasan.so", "libubsan.so")
TESTS = ("tests/test_native.py", "tests/test_alone.py", "tests/test_comparing.py")
FLAGS = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
# Memory that is held to the end of the process is none that is lost.
SETTINGS = {"ASAN_OPTIONS": "detect_leaks=0", "PYTHONMALLOC": "malloc"}


def compiled(root: Path) -> None:
    """Compile the module of a copy of the project with the sanitizers."""
    spec = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    if spec is None or spec.loader is None:
        raise SystemExit("there is no hatch_build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    os.environ["CFLAGS"] = FLAGS
    with tempfile.TemporaryDirectory() as folder:
        found = build.compiled(root, Path(folder))
        if found is None:
            raise SystemExit("nothing could be compiled")
        shutil.copy(found, root / build.HOME)


def runtimes() -> str:
    """Return where the libraries are that have to be loaded before all others."""
    asked = [["gcc", f"-print-file-name={name}"] for name in RUNTIMES]
    return " ".join(subprocess.run(one, capture_output=True, text=True, check=True).stdout.strip()
                    for one in asked)  # fmt: skip


def main() -> int:
    """Run the tests in a copy of the project."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        left = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
        for name in PARTS:
            shutil.copytree(ROOT / name, root / name, ignore=left)
        for name in FILES:
            shutil.copy(ROOT / name, root)
        compiled(root)
        # What a sanitizer says as it ends the process would be lost with what is captured.
        options = ("-p", "no:cacheprovider", "-n", "0", "--capture=sys")
        command = [sys.executable, "-m", "pytest", *options]
        environment = {**os.environ, **SETTINGS, "PYTHONPATH": place, "LD_PRELOAD": runtimes()}
        return subprocess.run(
            [*command, *sys.argv[1:], *TESTS],
            cwd=root,
            env=environment,
            check=False,
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
