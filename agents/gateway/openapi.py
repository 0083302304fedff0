"""The OpenAPI 3.1 document, made of the route table and the message classes."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from agents.alerting.rules.schema import without_null
from agents.gateway.posts import JSON_TYPE, LINES_TYPES, MOST_POSTS
from agents.gateway.problems import CONTENT_TYPE, Problem
from agents.gateway.routes import Route
from agents.sources.jsonl import PostLine
from schemas.rules import Rule

_REF = "#/components/schemas/{name}"
_NOT_BLANK = {"minLength": 1, "pattern": "\\S"}
_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read: the query, the cursor or the form of the body.",
    HTTPStatus.UNAUTHORIZED: "No token, or none that is known.",
    HTTPStatus.FORBIDDEN: "The token does not have the scope.",
    HTTPStatus.NOT_FOUND: "There is none, or it is another owner's.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not come in time.",
    HTTPStatus.CONFLICT: "The id belongs to a rule of another owner.",
    HTTPStatus.GONE: "The cursor is beyond the end of the topic, which was made anew.",
    HTTPStatus.PRECONDITION_FAILED: "The rule is not as If-Match or If-None-Match say.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More than one request may hold.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "A content type that is not taken.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Values that cannot be used, each with index and field.",
    HTTPStatus.TOO_MANY_REQUESTS: "Over the token's rate, or too much at once; see Retry-After.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not ready, or the broker does not answer; see Retry-After. What was"
    " sent may still arrive: send it again, the ids stay the same.",
}
_HEADERS = {
    "If-Match": "ETag of the rule as it was last seen; `*`: there is one.",
    "If-None-Match": "`*`: there is none yet.",
    "Last-Event-ID": "Id of the last event that was received: the stream goes on after it.",
}


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """Return the document.

    Args:
        routes: the route table.
        version: of Wiredesk.

    """
    routes = list(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wiredesk",
            "version": version,
            "description": "Posts in; rules, stories, events and alerts out. Messages are as on their"
            " topics. Delivery is at least once: drop repeats by id.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(routes),
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    summary = (route.handler.__doc__ or "").strip().partition("\n")[0]
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": summary,
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
        "responses": _responses(route),
    }
    if route.access == "open":
        operation["security"] = []
    elif route.access != "any":
        operation["description"] = f"Needs the scope {route.access}."
    if route.takes is not None:
        operation["requestBody"] = _BODIES[route.takes]
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9._-]+$"}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    properties = msgspec.json.schema_components([route.query])[1][route.query.__name__]["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "description": schema.get("description", ""),
            "schema": {key: value for key, value in schema.items() if key != "description"},
        }
        for name, schema in properties.items()
    ]


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "description": _HEADERS[name], "schema": {"type": "string"}}
        for name in route.headers
    ]


def _responses(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in route.status:
        found[str(status.value)] = {"description": status.phrase}
        if route.answer is not None:
            kind, message = route.answer
            schema = {"type": "string"} if kind != JSON_TYPE else {"type": "object"}
            if message is not None:
                schema = {"$ref": _REF.format(name=message.__name__)}
            found[str(status.value)]["content"] = {kind: {"schema": schema}}
    for status in _problems_of(route):
        problem = {"schema": {"$ref": _REF.format(name=Problem.__name__)}}
        found[str(status.value)] = {"description": _PROBLEMS[status], "content": {CONTENT_TYPE: problem}}
    return dict(sorted(found.items()))


def _problems_of(route: Route) -> list[HTTPStatus]:
    found = {HTTPStatus.BAD_REQUEST, *route.problems}
    if route.access != "open":
        found |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}
    if route.access not in ("open", "any"):
        found |= {HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE}
    return sorted(found)


def _schemas(routes: list[Route]) -> dict[str, Any]:
    answers = [route.answer[1] for route in routes if route.answer and route.answer[1] is not None]
    types = [*dict.fromkeys(answers), Problem, PostLine]
    _, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    post = schemas[PostLine.__name__]
    post["additionalProperties"] = False
    post["properties"]["body"] |= _NOT_BLANK
    return schemas | _rule_schemas()


def _rule_schemas() -> dict[str, Any]:
    """Return the schemas of a rule that is put: no field may be null, id and owner may be left out."""
    _, schemas = msgspec.json.schema_components([Rule], ref_template="#/components/schemas/Put{name}")
    found = {f"Put{name}": without_null(schema) for name, schema in schemas.items()}
    rule = found[f"Put{Rule.__name__}"]
    rule["required"] = [name for name in rule["required"] if name not in ("id", "owner")]
    return found


_POST = {"$ref": _REF.format(name=PostLine.__name__)}
_BODIES: dict[str, dict[str, Any]] = {
    "posts": {
        "required": True,
        "description": "One post, several, or one a line. A post without native_id, url and post_id is known"
        " by all of its text. The same post with the same revision may be sent again: it is taken once. An"
        " edit needs native_id, url or post_id, and a revision one higher than the one before: the gateway"
        " remembers no posts, and the same revision with another text is taken for a repeat.",
        "content": {
            JSON_TYPE: {
                "schema": {
                    "anyOf": [_POST, {"type": "array", "items": _POST, "minItems": 1, "maxItems": MOST_POSTS}]
                }
            },
            **{kind: {"schema": {"type": "string", "minLength": 1}} for kind in sorted(LINES_TYPES)},
        },
    },
    "rule": {
        "required": True,
        "description": "The rule; id and owner may be left out and must otherwise be those of the address"
        " and the token.",
        "content": {JSON_TYPE: {"schema": {"$ref": _REF.format(name="PutRule")}}},
    },
}
