"""Wiredesk's own latency at several loads: with all agents in one process, and with a process for each.

All processes have all cores. The loads are shares of what the one process does with a backlog, so that both
are measured at the same ones.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

from schemas.posts import RawPost
from tests.bench.made_news import News
from tests.bench.pipeline.desk import APART, LAST_TOPIC, TOGETHER, desk, throughput
from tests.bench.pipeline.latency import Latencies, latencies
from tests.bench.pipeline.processes import ALL, running
from tests.bench.pipeline.throughput import taken_through

_SHARES = (0.25, 0.5, 0.8)
_PERCENTILES = (0.5, 0.99, 0.999)
_WARM_SECONDS = 4.0


async def latency_on(
    broker: str, address: str | None, backlog: Sequence[RawPost], seconds: float
) -> tuple[dict[int, float], list[dict[str, Any]]]:
    """Return how fast Wiredesk works off a backlog by number of processes, and what posts take at loads."""
    peaks: dict[int, float] = {}
    waited = []
    for arguments in (TOGETHER, APART):
        peak = (await throughput("wiredesk", "pipeline", backlog, address, ALL, arguments)).rate
        peaks[len(arguments)] = round(peak, 1)
        print(f"{broker:8} peak of {_many(len(arguments))} on all cores: {peak:.0f} posts/s", flush=True)
    for share, arguments in product(_SHARES, (TOGETHER, APART)):
        load = share * peaks[len(TOGETHER)]
        posts = News(2).take(2 * int(load * _WARM_SECONDS) + int(load * seconds))
        found = await _latency(posts, load, address, arguments)
        waited.append(_figures_of(broker, len(arguments), share, found))
        _show(waited[-1])
    return peaks, waited


async def _latency(
    posts: Sequence[RawPost], load: float, kafka: str | None, arguments: Sequence[Sequence[str]]
) -> Latencies:
    """Let Wiredesk take in posts at a load, once it has worked off some that warm it up."""
    warm = int(load * _WARM_SECONDS)
    async with (
        desk(kafka) as cluster,
        running("wiredesk", cluster, "pipeline", ALL, arguments) as contender,
    ):
        await taken_through(cluster, contender, posts[:warm], LAST_TOPIC["pipeline"])
        return await latencies(cluster, posts[warm:], load, warm)


def _figures_of(broker: str, processes: int, share: float, found: Latencies) -> dict[str, Any]:
    """Return the figures of one measurement of latency."""
    percentiles = {f"p{100 * part:g}": round(found.percentile(part), 1) for part in _PERCENTILES}
    return {
        "broker": broker, "processes": processes, "share_of_peak": share,
        "posts_per_second": round(found.load, 1), "alerts": len(found.milliseconds),
        "milliseconds": percentiles,
    }  # fmt: skip


def _show(figures: dict[str, Any]) -> None:
    """Print the figures of one measurement of latency on a line."""
    parts = "  ".join(f"{name} {value:.0f} ms" for name, value in figures["milliseconds"].items())
    print(
        f"{figures['broker']:8} latency of {_many(figures['processes'])}"
        f" at {100 * figures['share_of_peak']:.0f}% of the peak of one"
        f" ({figures['posts_per_second']:.0f} posts/s): {parts}  ({figures['alerts']} alerts)",
        flush=True,
    )


def _many(processes: int) -> str:
    return "1 process" if processes == 1 else f"{processes} processes"
