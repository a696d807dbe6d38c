#!/usr/bin/env python3
"""Draws examples/charts/*.svg from examples/measured.json.

Usage: examples/charts.py [--check]      --check writes nothing and exits 1 where a chart differs
Exit: 0 done, 1 a chart differs, 2 usage, or no figures.
"""

import io
import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.figure import Figure

HERE = Path(__file__).resolve().parent
CHARTS = HERE / "charts"
# Of Okabe and Ito: told apart by colour-blind readers as well.
BLUE, ORANGE, GREEN, PINK, SKY = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9"
CHANGES = {
    "cold": ("nothing there", BLUE),
    "source": ("a line of source", ORANGE),
    "dependency": ("a dependency more", GREEN),
    "lock": ("Cargo.lock", PINK),
    "ci": ("CI: layers, no mounts", SKY),
}


def fail(message: str) -> None:
    """Says what is wrong, in one line, and ends."""
    print(f"plimsoll: charts: {message}", file=sys.stderr)
    sys.exit(2)


def read(name: str):
    """The content of a JSON file of this folder."""
    try:
        return json.loads((HERE / name).read_text())
    except (OSError, ValueError) as error:
        fail(f"examples/{name}: {error}: run make measure")


def ladder(images: dict) -> list[str]:
    """The images in the ladder's order, the production ones last."""
    return sorted(images, key=lambda name: (name.startswith("plimsoll/app"), name))


def short(image: str) -> str:
    return image.removeprefix("plimsoll/")


def draw_size(measured: dict, published: list[dict]) -> Figure:
    """Size by rung, on a logarithmic scale, with the published figures beside them."""
    names = ladder(measured["images"])
    sizes = [measured["images"][name]["size"] / 1e6 for name in names]
    figure, axes = pyplot.subplots(figsize=(8, 0.34 * len(names) + 1.4))
    axes.barh(range(len(names)), sizes, color=BLUE, height=0.7)
    # Beside the names, since the marks may lie where a bar ends.
    axes.set_yticks(range(len(names)), [f"{short(name)}   {size:.1f} MB" for name, size in zip(names, sizes)])
    rows = [entry for entry in published if entry["image"] in names]
    axes.scatter(
        [entry["megabytes"] for entry in rows],
        [names.index(entry["image"]) for entry in rows],
        marker="D", s=22, color=ORANGE, edgecolor="black", linewidth=0.5, zorder=3, label="published elsewhere",
    )
    axes.set(xscale="log", xlim=(1, 6000), xlabel="MB of 10\u2076 bytes, logarithmic")
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.set_title("Size of each image")
    axes.invert_yaxis()
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    return tidy(figure, axes, "x")


def draw_rebuild(measured: dict) -> Figure:
    """Seconds after each kind of change, by cache strategy."""
    rows = measured["strategies"]["rows"]
    figure, axes = pyplot.subplots(figsize=(8, 4))
    width = 0.8 / len(CHANGES)
    for place, (change, (label, colour)) in enumerate(CHANGES.items()):
        at = [row + (place - (len(CHANGES) - 1) / 2) * width for row in range(len(rows))]
        bars = axes.bar(at, [row[change] for row in rows], width, label=label, color=colour)
        axes.bar_label(bars, fmt="%.1f", padding=2, fontsize=7)
    axes.set_xticks(range(len(rows)), [short(row["image"]) for row in rows])
    axes.set(ylabel="seconds")
    axes.set_title("Cold build against rebuilds, by cache strategy")
    axes.margins(y=0.2)
    axes.legend(ncols=3, loc="upper center", frameon=False, fontsize=8)
    return tidy(figure, axes, "y")


def tidy(figure: Figure, axes, grid: str) -> Figure:
    axes.grid(axis=grid, alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return figure


def svg(figure: Figure, name: str) -> bytes:
    """The same bytes for the same figures: no date, no random ids, letters as paths of matplotlib's own font."""
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Title": figure.axes[0].get_title()})
    pyplot.close(figure)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        fail(f"{' '.join(arguments)}: unknown argument: --check, or none")
    measured = read("measured.json")
    charts = {"size": svg(draw_size(measured, read("published.json")), "size")}
    if "strategies" in measured:
        charts["rebuild"] = svg(draw_rebuild(measured), "rebuild")
    differs = False
    CHARTS.mkdir(exist_ok=True)
    for name, content in charts.items():
        file = CHARTS / f"{name}.svg"
        if not arguments:
            file.write_bytes(content)
        elif not file.exists() or file.read_bytes() != content:
            print(f"plimsoll: examples/charts/{name}.svg: is not what examples/measured.json says: run examples/charts.py", file=sys.stderr)
            differs = True
    return int(differs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
