"""Plots on logarithmic axes, written as SVG without any library, and the exponent by which a cost grows."""

import math
import pathlib
from collections.abc import Mapping, Sequence

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 50
COLOURS = ("#0b6e99", "#c4542d", "#4b7f3a", "#7a4a9e")


def exponent(points: Points) -> float:
    """The slope of y over x on logarithmic axes, over the upper half of the points: 1 is linear. What does not grow at all is 0.

    >>> round(exponent([(1, 1), (10, 10), (100, 100), (1000, 1000)]), 2)
    1.0
    """
    upper = [(math.log(x), math.log(y)) for x, y in sorted(points)[len(points) // 2 - 1 :]]
    x_mean = sum(x for x, _ in upper) / len(upper)
    y_mean = sum(y for _, y in upper) / len(upper)
    return sum((x - x_mean) * (y - y_mean) for x, y in upper) / sum((x - x_mean) ** 2 for x, _ in upper)


def short(figure: float) -> str:
    """A figure with its unit prefix.

    >>> short(1_000_000), short(0.002), short(20)
    ('1M', '2m', '20')
    """
    for size, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ")):
        if abs(figure) >= size * 0.9999:
            return f"{figure / size:.4g}{prefix}"
    return f"{figure:.2g}"


def decades(low: float, high: float) -> list[float]:
    """The powers of ten around a range."""
    return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def plot(path: pathlib.Path, title: str, x_label: str, y_label: str, series: Mapping[str, Points]) -> None:
    """Writes a plot of some series; a dotted line shows what linear would be."""
    x_ticks = decades(min(x for s in series.values() for x, _ in s), max(x for s in series.values() for x, _ in s))
    y_ticks = decades(min(y for s in series.values() for _, y in s), max(y for s in series.values() for _, y in s))
    if len(y_ticks) == 1:
        y_ticks.append(y_ticks[0] * 10)

    def place(x: float, y: float) -> tuple[float, float]:
        across = math.log(x / x_ticks[0]) / math.log(x_ticks[-1] / x_ticks[0])
        up = math.log(y / y_ticks[0]) / math.log(y_ticks[-1] / y_ticks[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="15" fill="#222">{title}</text>',
    ]
    for x in x_ticks:
        at = place(x, y_ticks[0])
        out.append(f'<line x1="{at[0]:.1f}" y1="{TOP}" x2="{at[0]:.1f}" y2="{at[1]:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{at[0]:.1f}" y="{at[1] + 16:.1f}" text-anchor="middle" fill="#444">{short(x)}</text>')
    for y in y_ticks:
        at = place(x_ticks[0], y)
        out.append(f'<line x1="{LEFT}" y1="{at[1]:.1f}" x2="{WIDTH - RIGHT}" y2="{at[1]:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{at[1] + 4:.1f}" text-anchor="end" fill="#444">{short(y)}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle" fill="#222">{x_label}</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    out.append(f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle" fill="#222">{y_label}</text>')
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [place(x, y) for x, y in sorted(points)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out.extend(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        label = f"{name}: grows as x^{exponent(points):.2f}"
        out.append(f'<text x="{LEFT + 12}" y="{TOP + 18 + 16 * number}" fill="{colour}">{label}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*out, "</svg>", ""]), encoding="utf-8")
