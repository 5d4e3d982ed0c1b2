"""Cost against size -> an SVG with logarithmic axes, legible on a light page and on a dark one."""

from collections.abc import Iterator, Mapping, Sequence
from math import atan2, ceil, degrees, floor, log10

Points = Sequence[tuple[int, float]]

WIDTH, HEIGHT = 760, 500
LEFT, RIGHT, TOP, BOTTOM = 74, 150, 44, 58

# Of middle lightness: a page may be white or nearly black, and an image does not know.
COLOURS = (
    *("#2da44e", "#bf8700", "#e5534b", "#986ee2", "#478be6", "#d65db1", "#1b9aaa", "#c4784a"),
    *("#8b949e", "#57ab5a"),
)
INK, FAINT = "#7d8590", "#8b949e"
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"

# Names at the ends of lines keep this distance.
APART = 15


def svg(lines: Mapping[str, Points], title: str, note: str = "") -> str:
    """Return the plot; the first line is drawn as the one that it is about."""
    return "\n".join(_Plot(lines).parts(title, note)) + "\n"


class _Plot:
    def __init__(self, lines: Mapping[str, Points]) -> None:
        self._lines = lines
        sizes = [size for points in lines.values() for size, _ in points]
        seconds = [second for points in lines.values() for _, second in points]
        # A line needs room: one size alone makes a decade.
        self._first, self._last = log10(min(sizes)), max(log10(max(sizes)), log10(min(sizes)) + 1)
        self._low = floor(log10(min(seconds)))
        self._high = max(ceil(log10(max(seconds))), self._low + 1)

    def parts(self, title: str, note: str) -> Iterator[str]:
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'font-family="{FONT}" font-size="12" role="img" aria-label="{_safe(title)}">'
        )
        yield _text(LEFT, 22, title, INK, extra='font-size="15" font-weight="600"')
        yield from self._grid()
        yield from self._rates()
        for (name, points), colour in zip(self._lines.items(), COLOURS, strict=False):
            yield from self._line(points, colour, bold=name == next(iter(self._lines)))
        yield from self._names()
        middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
        yield _text(middle, HEIGHT - 22, "texts", INK, anchor="middle")
        if note:
            yield _text(LEFT, HEIGHT - 5, note, INK, extra='font-size="10.5"')
        yield "</svg>"

    def _x(self, size: float) -> float:
        share = (log10(size) - self._first) / (self._last - self._first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _y(self, seconds: float) -> float:
        share = (log10(seconds) - self._low) / (self._high - self._low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def _grid(self) -> Iterator[str]:
        bottom, end = HEIGHT - BOTTOM, WIDTH - RIGHT
        for power in range(ceil(self._first), floor(self._last) + 1):
            x = self._x(10**power)
            yield _stroke([(x, TOP), (x, bottom)], FAINT, 'stroke-opacity="0.3"')
            yield _text(x, bottom + 18, f"{10**power:,}", INK, anchor="middle")
        for power in range(self._low, self._high + 1):
            y = self._y(10**power)
            yield _stroke([(LEFT, y), (end, y)], FAINT, 'stroke-opacity="0.3"')
            yield _text(LEFT - 8, y + 4, _duration(10**power), INK, anchor="end")

    def _rates(self) -> Iterator[str]:
        """Yield the slanted lines along which a text costs the same, however many there are."""
        for rate in (100, 1_000, 10_000, 100_000, 1_000_000):
            low, high = 10**self._first / rate, 10**self._last / rate
            inside = max(low, 10**self._low), min(high, 10**self._high)
            if inside[0] >= inside[1]:
                continue
            ends = [(self._x(seconds * rate), self._y(seconds)) for seconds in inside]
            yield _stroke(ends, FAINT, 'stroke-opacity="0.55" stroke-dasharray="2 4"')
            (x, y), (far, up) = ends
            if far - x > 120:
                turn = f'transform="rotate({_angle(x, y, far, up):.1f} {x:.1f} {y:.1f})"'
                named = f"{rate:,} a second"
                yield _text(x + 12, y - 4, named, FAINT, extra=f'{turn} font-size="10"')

    def _line(self, points: Points, colour: str, *, bold: bool) -> Iterator[str]:
        places = [(self._x(size), self._y(seconds)) for size, seconds in points]
        width = 3.5 if bold else 1.8
        yield _stroke(places, colour, f'stroke-width="{width}" stroke-linejoin="round"')
        for x, y in places:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{width + 0.7}" fill="{colour}"/>'

    def _names(self) -> Iterator[str]:
        """Write each name where its line ends, moved apart where they would touch."""
        ends = []
        for number, (name, points) in enumerate(self._lines.items()):
            size, seconds = points[-1]
            ends.append((self._y(seconds), self._x(size), name, COLOURS[number % len(COLOURS)]))
        taken: list[tuple[float, float]] = []
        first = next(iter(self._lines))
        for y, x, name, colour in sorted(ends):
            near = [at for at, beside in taken if abs(beside - x) < 110]
            while any(abs(at - y) < APART for at in near):
                y += 1
            taken.append((y, x))
            weight = 'font-weight="700"' if name == first else ""
            yield _text(x + 10, y + 4, name, colour, extra=weight)


def _angle(x: float, y: float, far: float, up: float) -> float:
    return degrees(atan2(up - y, far - x))


def _duration(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds >= 1 else f"{seconds * 1000:,.0f} ms"


def _stroke(places: Sequence[tuple[float, float]], colour: str, extra: str) -> str:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" {extra}/>'


def _text(
    x: float, y: float, text: str, colour: str, anchor: str = "start", extra: str = ""
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"'
    return f"<text {place} {extra}>{_safe(text)}</text>"


def _safe(text: str) -> str:
    for character, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, name)
    return text
