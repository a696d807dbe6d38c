#!/usr/bin/env python3
"""Draws examples/charts/*.svg from examples/measured.json and examples/published.json.

Usage: examples/charts.py [--check]      --check writes nothing
Exit: 0 done, or nothing differs, 1 a chart differs, 2 usage, or figures that can't be read.
"""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

HERE = Path(__file__).resolve().parent
CHARTS = HERE / "charts"
# Of Okabe and Ito: told apart by colour-blind readers as well.
BLUE, ORANGE, GREEN, PINK, SKY = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9"
CHANGES = {
    "cold": ("cold", BLUE),
    "source": ("a line of source", ORANGE),
    "dependency": ("a dependency more", GREEN),
    "lock": ("Cargo.lock alone", PINK),
    "ci": ("CI: layers, no mounts", SKY),
}
# The same bytes everywhere: letters are paths of the font that comes with matplotlib, and ids are not random.
STYLE = {"font.family": "DejaVu Sans", "svg.fonttype": "path", "svg.hashsalt": "plimsoll"}
EDGE = {"edgecolor": "black", "linewidth": 0.5}

Times = dict[str, dict[str, float]]
Marks = list[tuple[str, float]]


def fail(message: str) -> NoReturn:
    """Says what is wrong, in one line, and ends."""
    print(f"plimsoll: {message}", file=sys.stderr)
    sys.exit(2)


@contextmanager
def reading(name: str, remedy: str) -> Iterator[Any]:
    """Gives the content of a JSON file of this folder; what its reader doesn't find there is the file's fault."""
    try:
        yield json.loads((HERE / name).read_text())
    except OSError as error:
        fail(f"examples/{name}: {error.strerror}: {remedy}")
    except KeyError as error:
        fail(f"examples/{name}: has no {error.args[0]}: {remedy}")
    except (AttributeError, TypeError, ValueError) as error:
        fail(f"examples/{name}: {error}: {remedy}")


def read_measured() -> tuple[dict[str, float], Times]:
    """Megabytes by image, and seconds by strategy and change."""
    with reading("measured.json", "run make measure") as measured:
        images = measured["images"]
        sizes = {short(name): positive(images[name]["size"]) / 1e6 for name in ladder(images)}
        rows = measured["strategies"]["rows"] if "strategies" in measured else []
        times = {short(row["image"]): {change: positive(row[change]) for change in CHANGES} for row in rows}
    return sizes, times


def read_published() -> Marks:
    """What others published: the image that it compares to, and megabytes."""
    with reading("published.json", "each entry needs image, megabytes") as published:
        return [(short(entry["image"]), positive(entry["megabytes"])) for entry in published]


def positive(figure: Any) -> float:
    """A logarithmic scale has no place for any other."""
    if float(figure) <= 0:
        raise ValueError(f"{figure} is not above 0")
    return float(figure)


def ladder(images: dict[str, Any]) -> list[str]:
    """The images in the ladder's order, those for production last."""
    if not images:
        raise ValueError("has no figures")
    return sorted(images, key=lambda name: (name.startswith("plimsoll/app"), name))


def short(image: str) -> str:
    """The name without the project's."""
    return image.removeprefix("plimsoll/")


def draw_size(sizes: dict[str, float], published: Marks) -> bytes:
    """Size by rung, on a logarithmic scale, with the published figures as marks."""
    marks = [(name, size) for name, size in published if name in sizes]
    figure, axes = new_chart("Size of each image", height=0.34 * len(sizes) + 1.3, grid="x")
    axes.barh(list(sizes), list(sizes.values()), height=0.75, color=BLUE)
    for name, size in sizes.items():
        # Inside the bar, since a mark may lie where it ends.
        axes.annotate(f"{size:.1f} MB", (size, name), xytext=(-8, 0), textcoords="offset points",
                      ha="right", va="center_baseline", color="white", fontsize=8)
    axes.scatter(
        [size for _, size in marks], [name for name, _ in marks],
        marker="D", s=30, color=ORANGE, zorder=3, label="published elsewhere", **EDGE,
    )
    # The shortest bar needs room for its label too.
    axes.set(xscale="log", xlim=(min(sizes.values()) / 8, 2 * max([*sizes.values(), *(size for _, size in marks)])))
    axes.set_xlabel("megabytes, logarithmic")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(y=0.02)
    axes.invert_yaxis()
    axes.legend(loc="lower right", fontsize=8)
    says = [f"{name} {size:.1f} MB" for name, size in sizes.items()]
    says += [f"published elsewhere, like {name}: {size:g} MB" for name, size in marks]
    return svg(figure, says)


def draw_rebuild(times: Times) -> bytes:
    """Seconds after each kind of change, by cache strategy."""
    figure, axes = new_chart("Cold build against rebuilds, by cache strategy", height=4, grid="y")
    width = 0.85 / len(CHANGES)
    for place, (change, (label, colour)) in enumerate(CHANGES.items()):
        at = [row + (place - (len(CHANGES) - 1) / 2) * width for row in range(len(times))]
        bars = axes.bar(at, [row[change] for row in times.values()], width, label=label, color=colour, **EDGE)
        axes.bar_label(bars, fmt=seconds, padding=2, fontsize=7)
    axes.set_xticks(range(len(times)), list(times))
    axes.set_ylabel("seconds")
    axes.legend(ncols=len(CHANGES), loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False, fontsize=8,
                columnspacing=1.2, handlelength=1.2)
    says = [f"{name}: " + ", ".join(f"{CHANGES[change][0]} {seconds(time)} s" for change, time in row.items())
            for name, row in times.items()]
    return svg(figure, says)


def seconds(time: float) -> str:
    """Three digits at most, or neighbours would touch."""
    return f"{time:.1f}" if time < 99.95 else f"{time:.0f}"


def new_chart(title: str, height: float, grid: str) -> tuple[Figure, Axes]:
    """A white sheet, so that it can be read on a dark page as well."""
    figure = Figure(figsize=(8, height), layout="constrained", facecolor="white")
    axes = figure.subplots()
    figure.suptitle(title, fontsize="large")
    axes.grid(axis=grid, alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def svg(figure: Figure, says: list[str]) -> bytes:
    """The figure as a file, with its title and its figures in words, for screen readers."""
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Title": figure.get_suptitle()})
    described = f"</title>\n <desc>{escape('; '.join(says))}</desc>".encode()
    return out.getvalue().replace(b"</title>", described, 1).replace(b"<svg ", b'<svg role="img" ', 1)


def draw() -> dict[str, bytes]:
    """Every chart that there are figures for, by the name of its file."""
    sizes, times = read_measured()
    charts = {"size.svg": draw_size(sizes, read_published())}
    if times:
        charts["rebuild.svg"] = draw_rebuild(times)
    else:
        print("plimsoll: examples/charts/rebuild.svg: left out, no strategies in examples/measured.json: "
              "run make measure NAME=strategies", file=sys.stderr)
    return charts


def write(charts: dict[str, bytes]) -> None:
    """Writes them."""
    CHARTS.mkdir(exist_ok=True)
    for name, content in charts.items():
        (CHARTS / name).write_bytes(content)


def check(charts: dict[str, bytes]) -> bool:
    """Names each file that `write` would change; true if there is none."""
    differing = [name for name, content in charts.items()
                 if not (CHARTS / name).is_file() or (CHARTS / name).read_bytes() != content]
    for name in differing:
        print(f"plimsoll: examples/charts/{name}: is not what examples/measured.json says: run examples/charts.py",
              file=sys.stderr)
    return not differing


def main(arguments: list[str]) -> int:
    """Writes the charts, or compares them."""
    if arguments not in ([], ["--check"]):
        fail(f"examples/charts.py: {' '.join(arguments)}: unknown argument: there is --check, or none")
    # Not what a reader's own matplotlibrc says.
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(STYLE)
    charts = draw()
    if arguments:
        return 0 if check(charts) else 1
    write(charts)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
