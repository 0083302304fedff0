"""The figures of a comparison as a chart: transport and the whole pipeline, by contender and broker."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_TITLES = {
    "relay": "Transport alone: posts a second",
    "pipeline": "Whole pipeline, 1,000 rules: posts a second",
}
_NAMES = {
    "wiredesk": "Wiredesk",
    "faust": "Faust, event by event",
    "quixstreams": "Quix Streams",
    "bytewax": "Bytewax (commits nothing)",
}
_COLOURS = {"embedded": "#9aa5b1", "kafka": "#1f4e79"}


def draw(figures: dict[str, Any], path: Path) -> None:
    """Write the chart as an SVG that is the same for the same figures."""
    with mpl.rc_context({"svg.hashsalt": "wiredesk", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.2, 4.6), layout="constrained")
        places = figure.subplots(2, 1)
        for place, kind in zip(places, _TITLES, strict=True):
            _draw_bars(place, figures, kind)
        figure.legend(
            *places[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
        )
        figure.savefig(path, format="svg", metadata={"Date": None})


def _draw_bars(place: Axes, figures: dict[str, Any], kind: str) -> None:
    found = [one for one in figures["throughput"] if one["kind"] == kind]
    contenders = list(dict.fromkeys(one["who"] for one in found))
    brokers = list(dict.fromkeys(one["broker"] for one in found))
    height = 0.8 / len(brokers)
    for number, broker in enumerate(brokers):
        own = {one["who"]: one["posts_per_second"] for one in found if one["broker"] == broker}
        bars = place.barh(
            [row + number * height for row in range(len(contenders))],
            [own[who] for who in contenders], height, label=broker, color=_COLOURS[broker],
        )  # fmt: skip
        place.bar_label(bars, fmt="{:,.0f}", padding=3)
    limit = figures["limits"][kind]
    place.axvline(limit, color="#b03a2e", linestyle="--", zorder=0, label="the functions in a tight loop")
    place.set_xlim(0, limit * 1.15)
    middle = height * (len(brokers) - 1) / 2
    place.set_yticks([row + middle for row in range(len(contenders))], [_NAMES[who] for who in contenders])
    place.invert_yaxis()
    place.spines[["top", "right"]].set_visible(False)
    place.set_title(_TITLES[kind], loc="left")
