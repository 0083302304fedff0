"""What all handlers have in common: tokens, rates, errors and headers."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler as RequestHandler

from agents.gateway.problems import CONTENT_TYPE, ProblemError, try_later
from agents.gateway.queries import parse_query
from agents.gateway.state import Gateway
from agents.gateway.tokens import Scope, Token, find

log = logging.getLogger(__name__)

GATEWAY: web.AppKey[Gateway] = web.AppKey("gateway", Gateway)
Handler = Callable[["Call"], Awaitable[web.StreamResponse]]
Access = Scope | Literal["open", "any"]
"""What a token has to allow; open: no token is needed; any: one is needed, whatever it allows."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
_READY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request, with who makes it."""

    gateway: Gateway
    request: web.Request
    token: Token | None
    query: Any
    """Parameters, of the class that the route names."""

    @property
    def owner(self) -> str:
        """Owner of what may be seen and changed."""
        assert self.token is not None, "the route asks for no token"
        return self.token.owner

    def charge(self, cost: float) -> None:
        """Count what the request costs beyond one.

        Raises:
            ProblemError: the token has used up its rate.

        """
        assert self.token is not None, "the route asks for no token"
        wait = self.gateway.bucket(self.token).take(cost, self.gateway.seconds())
        if wait is not None:
            self.gateway.metrics.gateway_throttled.labels("rate").inc()
            raise try_later(
                HTTPStatus.TOO_MANY_REQUESTS, f"more than {self.token.rate:g} requests a second", wait
            )


def guarded(handler: Handler, route: str, access: Access, query: type[msgspec.Struct]) -> RequestHandler:
    """Return a handler for aiohttp that lets in those who may, and tells every error as a problem.

    Args:
        handler: does the work.
        route: its path as in the route table, for metrics.
        access: who is let in.
        query: class of the parameters.

    """

    async def respond(request: web.Request) -> web.StreamResponse:
        gateway = request.app[GATEWAY]
        started, status = gateway.seconds(), HTTPStatus.INTERNAL_SERVER_ERROR.value
        try:
            response = await _answer(gateway, request, handler, access, query)
            status = response.status
        except ProblemError as error:
            status = error.status.value
            return problem_response(error)
        else:
            return response
        finally:
            gateway.metrics.gateway_requests.labels(request.method, route, str(status)).inc()
            if not route.endswith("/stream"):
                gateway.metrics.gateway_seconds.labels(route).observe(gateway.seconds() - started)

    return respond


async def _answer(
    gateway: Gateway, request: web.Request, handler: Handler, access: Access, query: type[msgspec.Struct]
) -> web.StreamResponse:
    """Answer a request.

    Raises:
        ProblemError: it is not carried out.

    """
    scope = None if access in ("open", "any") else access
    token = None if access == "open" else _let_in(gateway, request, scope)
    call = Call(gateway, request, token, parse_query(request.query.items(), query))
    if token is not None:
        call.charge(1)
    if scope is not None and not gateway.ready:
        raise try_later(
            HTTPStatus.SERVICE_UNAVAILABLE, "not ready: the topics are being read", _READY_SECONDS
        )
    return await handler(call)


def _let_in(gateway: Gateway, request: web.Request, scope: Access | None) -> Token:
    """Return the token of a request.

    Raises:
        ProblemError: there is none, nobody knows it, or it does not allow this.

    """
    kind, _, presented = request.headers.get("Authorization", "").partition(" ")
    token = find(gateway.tokens, presented.strip()) if kind.lower() == "bearer" else None
    if token is None:
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "send a token that is known here: Authorization: Bearer ...",
            headers={"WWW-Authenticate": 'Bearer realm="wiredesk"'},
        )
    if scope is not None and scope not in token.scopes:
        challenge = f'Bearer realm="wiredesk", error="insufficient_scope", scope="{scope}"'
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            f"token {token.name} does not have the scope {scope}",
            headers={"WWW-Authenticate": challenge},
        )
    return token


def problem_response(error: ProblemError) -> web.Response:
    """Return a problem as a response."""
    return web.Response(
        body=error.body(), status=error.status, headers=error.headers, content_type=CONTENT_TYPE
    )


def json_response(
    body: bytes, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return JSON as a response."""
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


@web.middleware
async def errors_as_problems(request: web.Request, handler: RequestHandler) -> web.StreamResponse:
    """Answer what the router refuses, and what nobody foresaw, without telling how it came about."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        kept = {name: error.headers[name] for name in ("Allow", "Location") if name in error.headers}
        status = HTTPStatus(error.status)
        return problem_response(ProblemError(status, f"{status.description or status.phrase}", headers=kept))
    except ConnectionError:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return problem_response(
            ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; it has been logged")
        )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every response has, and those of CORS where the origin is allowed."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "wiredesk"
    origin = request.headers.get("Origin")
    allowed = request.app[GATEWAY].settings.allowed_origins
    if allowed:
        response.headers.add("Vary", "Origin")
    if origin is not None and origin in allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


@web.middleware
async def answer_preflight(request: web.Request, handler: RequestHandler) -> web.StreamResponse:
    """Answer what browsers ask before they send a request from an origin that is allowed."""
    asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if asked and request.headers.get("Origin") in request.app[GATEWAY].settings.allowed_origins:
        return web.Response(status=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
    return await handler(request)
