"""feedtool and its peers in memory, each run in a process of its own: tables, and cost by size."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks import peers
from benchmarks.bench import Bench, Table, interleaved, megabytes, middle, per_second, say, times
from benchmarks.stopwatch import FailedError, ask

Took = dict[str, Any]

HEAD = ("texts/s", "feedtool is", "cores", "peak MB", "recall", "precision", "at")

# On so many texts the threshold is chosen at which a peer fares best.
TRIAL = 3_000
AS_GOOD = 0.005
GROWTH = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


class Memory:
    """Runs feedtool and those peers that are installed."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._names = [name for name in bench.names if peers.available(name)]
        self._notes = [
            f"{name} is not installed, left out" for name in bench.names if name not in self._names
        ]
        self._at = self._best_thresholds()
        self._known: dict[tuple[str, int], float] = {}

    def tables(self) -> Iterator[Table]:
        """Yield the table of those who can do the whole size, and one with the slow ones, too."""
        bench = self._bench
        yield self._table(bench.size, self._fit(bench.size), bench.rounds)
        if bench.small < bench.size:
            yield self._table(bench.small, self._fit(bench.small), 1)

    def growth(self) -> dict[str, list[tuple[int, float]]]:
        """Return how long each takes for how many texts; what the tables measured is not redone."""
        sizes = [size for size in GROWTH if size <= self._bench.size]
        for size in sizes:
            fresh = [name for name in self._fit(size) if (name, size) not in self._known]
            self._measured(size, fresh, 1)
        points: dict[str, list[tuple[int, float]]] = {name: [] for name in self._names}
        for (name, size), seconds in sorted(self._known.items()):
            points[name].append((size, seconds))
        return {name: found for name, found in points.items() if found}

    def _fit(self, size: int) -> list[str]:
        return [name for name in self._names if size <= peers.PEERS[name].most]

    def _table(self, size: int, names: list[str], rounds: int) -> Table:
        found, notes = self._measured(size, names, rounds)
        base = middle(found["feedtool"], "seconds") if found.get("feedtool") else None
        rows = [_row(name, runs, size, base, self._at[name]) for name, runs in found.items()]
        left = [name for name in self._names if name not in names]
        if left:
            notes.append(f"too slow or too large for so many: {', '.join(left)}")
        rounds_said = f"median of {rounds} rounds" if rounds > 1 else "one round"
        title = f"{size:,} texts in memory, {rounds_said}"
        return Table(title, (title, *HEAD), rows, [*self._notes, *notes])

    def _measured(
        self, size: int, names: Iterable[str], rounds: int
    ) -> tuple[dict[str, list[Took]], list[str]]:
        jobs = {name: self._job(name, size) for name in names}
        found, notes = interleaved(jobs, rounds)
        for name, runs in found.items():
            self._known[name, size] = middle(runs, "seconds")
        return found, notes

    def _job(self, name: str, size: int) -> Callable[[int], Took]:
        return lambda _: self._run(name, size, self._at[name])

    def _run(self, name: str, size: int, threshold: float) -> Took:
        folder = str(self._bench.texts(size).path)
        return ask("peers", name, folder, "--count", str(size), "--threshold", str(threshold))

    def _best_thresholds(self) -> dict[str, float]:
        """Return the threshold at which each peer fares best on a trial, the cheapest in doubt.

        A peer that fails there fails again, and is told of then.
        """
        of = {name: peers.PEERS[name].thresholds for name in self._names}
        trials = [(name, at) for name in of for at in of[name] if len(of[name]) > 1]
        say(f"which threshold: {len(trials)} trials")
        count = min(TRIAL, self._bench.small)
        self._bench.texts(count)
        # Nobody asks how long these take, so every core has one.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rated = pool.map(lambda trial: self._rated(*trial, count), trials)
            scores = dict(zip(trials, rated, strict=True))
        best = {name: max(scores.get((name, at), 0.0) for at in of[name]) for name in of}
        return {
            name: next(at for at in of[name] if scores.get((name, at), 0.0) >= best[name] - AS_GOOD)
            for name in of
        }

    def _rated(self, name: str, threshold: float, count: int) -> float:
        try:
            return _f1(self._run(name, count, threshold))
        except FailedError:
            return 0.0


def _f1(took: Took) -> float:
    recall, precision = took["recall"], took["precision"]
    return float(2 * recall * precision / (recall + precision)) if recall + precision else 0.0


def _row(
    name: str, runs: list[Took], size: int, base: float | None, threshold: float
) -> tuple[str, ...]:
    seconds = middle(runs, "seconds")
    return (
        name,
        per_second(size, seconds),
        times(seconds / base) if base else "-",
        f"{middle(runs, 'processor') / seconds:.1f}",
        megabytes(middle(runs, "peak")),
        f"{middle(runs, 'recall'):.4f}",
        f"{middle(runs, 'precision'):.4f}",
        "" if name.startswith(peers.OURS) else f"{threshold:g}",
    )
