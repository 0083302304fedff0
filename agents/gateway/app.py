"""The gateway as an application of aiohttp."""

import orjson
from aiohttp import web

from agents.gateway.handle_service import DOCUMENT
from agents.gateway.http import GATEWAY, add_headers, answer_preflight, errors_as_problems, guarded
from agents.gateway.openapi import document
from agents.gateway.routes import ROUTES
from agents.gateway.state import Gateway


def build_app(gateway: Gateway, version: str) -> web.Application:
    """Return the application: all routes of the table, with one gateway behind them."""
    app = web.Application(
        middlewares=[errors_as_problems, answer_preflight],
        client_max_size=gateway.settings.gateway_body_limit,
    )
    app[GATEWAY] = gateway
    app[DOCUMENT] = orjson.dumps(document(ROUTES, version))
    for route in ROUTES:
        handler = guarded(route.handler, route.path, route.access, route.query)
        app.router.add_route(route.method, route.path, handler)
    app.on_response_prepare.append(add_headers)
    return app
