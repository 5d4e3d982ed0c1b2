"""Fuzz one target until it falls: `python -m fuzz parse -runs=1000000`.

What stands behind the name of the target is for libFuzzer: `-help=1` lists its options.
"""

import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
SEEDS = (HERE.parent / "samples", HERE.parent / "tests" / "hostile" / "inputs")

# The most bytes of one input: a law that compares much is tried on less, but as often.
LENGTHS = {"parse": 600, "keys": 150, "judge": 150, "unpack": 300}

# Where numpy compares arrays atheris keeps what comes out: 5 KB for each input.
ARRAYS = ["feedtool.fingerprint.vector", "feedtool.fingerprint.folding"]

# What is watched costs five times as much: of a law that asks many modules, those that it is about.
WATCHED = {
    "judge": [
        *("feedtool.judging", "feedtool.finding", "feedtool.comparing"),
        *("feedtool.aligning", "feedtool.numbering", "feedtool.changing"),
    ],
    "keys": ["feedtool.fingerprint", "feedtool.text"],
}

NAME = sys.argv.pop(1) if len(sys.argv) > 1 else ""
with atheris.instrument_imports(include=WATCHED.get(NAME, ["feedtool"]), exclude=ARRAYS):
    from fuzz.targets import TARGETS


def main(name: str) -> None:
    """Run a target, from the corpus of earlier runs on."""
    if name not in TARGETS:
        sys.exit(f"usage: python -m fuzz {{{','.join(TARGETS)}}} [OPTION OF LIBFUZZER]...")
    corpus = HERE / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    options = [f"-dict={HERE / 'words.dict'}", "-timeout=10", "-rss_limit_mb=4096"]
    options.append(f"-max_len={LENGTHS.get(name, 1000)}")
    artifacts = f"-artifact_prefix={HERE / 'corpus'}/{name}-"
    seeds = [str(folder) for folder in SEEDS]
    atheris.Setup(
        [sys.argv[0], *options, artifacts, *sys.argv[1:], str(corpus), *seeds], TARGETS[name]
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(NAME)
