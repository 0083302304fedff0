"""What is held back goes out over a broker as in one process, also where nothing else comes any more."""

from datetime import timedelta

import pytest
from msgspec import structs

from agents.alerting.rules.files import parse_rules
from agents.cli.stages import Agent, build_stages
from agents.pipeline import load_pipeline
from agents.wiring import timekeeper
from agents.wiring.connection import Cluster
from agents.wiring.replay import replay
from agents.wiring.stage import Stage
from schemas.alerts import Alert
from schemas.codec import decode, encode
from schemas.posts import RawPost
from schemas.rules import Rule
from tests.broker.support import new_metrics, post, produce, read, running, until, until_read

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]

HELD = parse_rules(
    "id: held\nowner: desk\ntitle: T\nwhen: {outlets: {at_least: 1}}\nalert: {hold: {for: 30m}}\n", "r.yaml"
)


def stages(cluster: Cluster, rules: list[Rule]) -> list[Stage]:
    return build_stages(list(Agent), cluster.settings, rules, new_metrics())


def exercises(count: int) -> list[RawPost]:
    """Return posts of stories of their own, and a last one an hour later that lets their time be over."""
    early = [structs.replace(post(number), exercise=True) for number in range(count)]
    late = structs.replace(post(99), exercise=True)
    return [*early, structs.replace(late, event_time=late.event_time + timedelta(hours=1))]


async def test_timers_of_partitions_without_traffic_send_what_one_process_sends(cluster: Cluster) -> None:
    raw = exercises(6)
    expected = {encode(one) for one in load_pipeline(HELD).run(raw) if isinstance(one, Alert)}
    assert len(expected) > 3
    await produce(cluster, "dedup.watermarks", [(b"default", b"{not json")])
    await replay(cluster, raw)
    async with running(cluster, *stages(cluster, HELD)):
        found = await until_read(cluster, "alerts", len(expected))
    assert {record.value for record in found} == expected


async def test_timers_fire_after_a_restart_and_only_once(cluster: Cluster) -> None:
    raw = exercises(3)
    await replay(cluster, raw[:-1])
    async with running(cluster, *stages(cluster, HELD)):
        await until_read(cluster, "alerts.decisions", 3)
    await replay(cluster, raw[-1:])
    for _ in range(2):
        async with running(cluster, *stages(cluster, HELD)):
            await until_read(cluster, "alerts", 3)
    assert len(await read(cluster, "alerts")) == 3


async def test_the_wall_clock_alone_lets_live_stories_go_and_no_exercises(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timekeeper, "_IDLE", timedelta(seconds=1))
    await replay(cluster, [post(1), structs.replace(post(2), exercise=True)])
    async with running(cluster, *stages(cluster, HELD)):
        await until_read(cluster, "alerts", 1)

        async def closed() -> bool:
            return len(await read(cluster, "stories")) == 3

        await until("the live story is closed", closed)
    alerts = [decode(record.value or b"", Alert) for record in await read(cluster, "alerts")]
    assert [one.status for one in alerts] == ["actual"]
