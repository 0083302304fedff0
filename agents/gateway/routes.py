"""The route table: paths, who may use them, what they take and what they answer.

The application and the OpenAPI document are both made of it.
"""

from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

from agents.gateway import handle_posts, handle_reading, handle_rules, handle_service, handle_streams
from agents.gateway.api import Accepted, AlertPage, EventPage, Readiness, RuleList, StoryPage
from agents.gateway.http import Access, Handler
from agents.gateway.queries import (
    AlertQuery,
    AlertStreamQuery,
    EventQuery,
    FeedQuery,
    NoQuery,
    StoryQuery,
    StreamQuery,
)
from schemas.alerts import Alert
from schemas.rules import Rule
from schemas.stories import Story

JSON = "application/json"
Body = tuple[str, type[msgspec.Struct] | None]
"""Content type and class; None: text."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    access: Access
    handler: Handler
    answer: Body | None
    """Content of the response when all went well."""
    query: type[msgspec.Struct] = NoQuery
    status: tuple[HTTPStatus, ...] = (HTTPStatus.OK,)
    takes: str | None = None
    """Name of the body that is sent, in the OpenAPI document."""
    problems: tuple[HTTPStatus, ...] = ()
    """Beyond those that every route of its access can have."""
    headers: tuple[str, ...] = field(default=())
    """Headers of the request that are looked at."""


_TAKES = (
    HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY,
)  # fmt: skip
_MISSING = (HTTPStatus.NOT_FOUND,)
_CHANGED = (HTTPStatus.PRECONDITION_FAILED,)
_STREAM = ("text/event-stream", None)
_ATOM = ("application/atom+xml", None)

ROUTES = (
    Route("POST", "/v1/posts", "ingest", handle_posts.send_posts, (JSON, Accepted), takes="posts",
          status=(HTTPStatus.ACCEPTED,), problems=(*_TAKES, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)),
    Route("GET", "/v1/rules", "rules", handle_rules.list_rules, (JSON, RuleList)),
    Route("GET", "/v1/rules/{id}", "rules", handle_rules.get_rule, (JSON, Rule), problems=_MISSING),
    Route("PUT", "/v1/rules/{id}", "rules", handle_rules.put_rule, (JSON, Rule), takes="rule",
          status=(HTTPStatus.OK, HTTPStatus.CREATED), headers=("If-Match", "If-None-Match"),
          problems=(*_TAKES, *_CHANGED, HTTPStatus.CONFLICT)),
    Route("DELETE", "/v1/rules/{id}", "rules", handle_rules.delete_rule, None,
          status=(HTTPStatus.NO_CONTENT,), headers=("If-Match",), problems=(*_MISSING, *_CHANGED)),
    Route("GET", "/v1/stories", "read", handle_reading.list_stories, (JSON, StoryPage), StoryQuery),
    Route("GET", "/v1/stories/{id}", "read", handle_reading.get_story, (JSON, Story), problems=_MISSING),
    Route("GET", "/v1/events", "read", handle_reading.list_events, (JSON, EventPage), EventQuery,
          problems=(HTTPStatus.GONE,)),
    Route("GET", "/v1/events/stream", "read", handle_streams.stream_events, _STREAM, StreamQuery,
          headers=("Last-Event-ID",)),
    Route("GET", "/v1/alerts", "read", handle_reading.list_alerts, (JSON, AlertPage), AlertQuery,
          problems=(HTTPStatus.GONE,)),
    Route("GET", "/v1/alerts/stream", "read", handle_streams.stream_alerts, _STREAM, AlertStreamQuery,
          headers=("Last-Event-ID",)),
    Route("GET", "/v1/alerts.atom", "read", handle_reading.get_feed, _ATOM, FeedQuery),
    Route("GET", "/v1/alerts/{id}.cap", "read", handle_reading.get_cap, (handle_reading.CAP_TYPE, None),
          problems=_MISSING),
    Route("GET", "/v1/alerts/{id}", "read", handle_reading.get_alert, (JSON, Alert), problems=_MISSING),
    Route("GET", "/openapi.json", "open", handle_service.openapi, (JSON, None)),
    Route("GET", "/healthz", "open", handle_service.healthz, (JSON, Readiness)),
    Route("GET", "/readyz", "open", handle_service.readyz, (JSON, Readiness),
          status=(HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE)),
    Route("GET", "/metrics", "any", handle_service.metrics, ("text/plain", None)),
)  # fmt: skip
"""Fixed paths stand before those with an id."""
