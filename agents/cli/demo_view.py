"""What the demo shows: alerts as they come, and a summary."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.table import Table
from rich.text import Text

from agents.alerting.messages.words import change_words, figure_words
from schemas.alerts import Alert
from schemas.stories import Story

COLOURS = {"alert": "bold white on red", "update": "bold black on yellow", "cancel": "bold white on blue"}


@dataclass(slots=True)
class Seen:
    """What has come out of the pipeline so far."""

    posts: int
    relations: Counter[str] = field(default_factory=Counter)
    stories: dict[str, Story] = field(default_factory=dict)
    taken_in: int = 0
    alerts: Counter[tuple[str, str]] = field(default_factory=Counter)
    decisions: int = 0
    held: Counter[str] = field(default_factory=Counter)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once a condition on what was seen holds."""
        while not condition():
            self.changed.clear()
            await self.changed.wait()

    def is_through(self) -> bool:
        """Tell whether every post has reached its story, the last thing that happens to a post."""
        return self.taken_in >= self.posts


def alert_text(alert: Alert) -> Text:
    """Return an alert in colour: what, why, who claims which number, what changed."""
    text = Text()
    text.append(f" {alert.kind.upper()} ", style=COLOURS[alert.kind])
    text.append(
        f" {alert.at:%d %b %H:%M} UTC  {alert.rule_id}  {alert.reason}  severity {alert.severity}\n",
        style="dim",
    )
    text.append(f"  {alert.headline}\n", style="bold")
    if alert.summary and alert.summary != alert.headline:
        text.append(f"  {alert.summary}\n")
    for kind, ledger in alert.casualties.items():
        text.append(f"  {figure_words(kind, ledger)}\n", style="cyan")
    for change in alert.changed:
        text.append(f"  changed: {change_words(change)}\n", style="magenta")
    return text


def summary(seen: Seen) -> Table:
    """Return what went in, what was sent, what was held back, and the largest stories."""
    table = Table(
        title=f"{seen.posts} posts, {len(seen.stories)} stories", title_justify="left", show_header=False
    )
    for relation, count in seen.relations.most_common():
        table.add_row("posts", relation, str(count))
    table.add_section()
    for (rule, kind), count in sorted(seen.alerts.items()):
        table.add_row("alerts", f"{rule}: {kind}", str(count))
    table.add_section()
    for reason, count in seen.held.most_common():
        table.add_row("held back", reason, str(count))
    table.add_section()
    for story in sorted(seen.stories.values(), key=lambda one: (-one.posts, one.story_id))[:5]:
        table.add_row("story", story.title, f"{story.posts} posts, {len(story.outlets)} outlets")
    return table
