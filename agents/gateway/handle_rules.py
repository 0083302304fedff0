"""GET, PUT and DELETE /v1/rules."""

from http import HTTPStatus

from aiohttp import web

from agents.alerting.rules.ownership import delete_refusal, put_refusal
from agents.gateway.handle_posts import read_body
from agents.gateway.http import Call, json_response
from agents.gateway.problems import Mistake, ProblemError, invalid, not_found
from agents.gateway.rules import read_rule, rule_body, rules_body, version_tag
from schemas.rules import Rule


async def list_rules(call: Call) -> web.Response:
    """Return the owner's rules."""
    return json_response(rules_body(call.gateway.rules.of(call.owner)))


async def get_rule(call: Call) -> web.Response:
    """Return one of the owner's rules."""
    return _response(_own(call), HTTPStatus.OK)


async def put_rule(call: Call) -> web.Response:
    """Put a rule of the owner's; answers once workers can see it."""
    rule_id = call.request.match_info["id"]
    async with read_body(call) as body:
        rule = read_rule(body, rule_id, call.owner)
    async with call.gateway.rules_lock:
        present = call.gateway.rules.get(rule_id)
        refusal = put_refusal(rule, present, call.owner)
        if refusal is not None and rule.owner != call.owner:
            raise invalid("the rule cannot be used", [Mistake(field="owner", message=refusal)])
        if refusal is not None:
            raise ProblemError(HTTPStatus.CONFLICT, refusal)
        _check_version(call, present)
        await call.gateway.writer.put_rule(rule)
    return _response(rule, HTTPStatus.CREATED if present is None else HTTPStatus.OK)


async def delete_rule(call: Call) -> web.Response:
    """Delete one of the owner's rules."""
    async with call.gateway.rules_lock:
        _check_version(call, _own(call))
        await call.gateway.writer.delete_rule(call.request.match_info["id"])
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _own(call: Call) -> Rule:
    rule_id = call.request.match_info["id"]
    rule = call.gateway.rules.get(rule_id)
    if rule is None or delete_refusal(rule_id, rule, call.owner) is not None:
        raise not_found("such rule")
    return rule


def _check_version(call: Call, present: Rule | None) -> None:
    """Refuse a change of a rule that is not as the client last saw it, where the client says how that was.

    Raises:
        ProblemError: it is not.

    """
    tag = None if present is None else version_tag(present)
    match = call.request.headers.get("If-Match")
    none_match = call.request.headers.get("If-None-Match")
    if (match is not None and not _names(match, tag)) or (none_match is not None and _names(none_match, tag)):
        raise ProblemError(HTTPStatus.PRECONDITION_FAILED, "the rule is not as it was: read it again")


def _names(header: str, tag: str | None) -> bool:
    """Say whether a list of versions names one; ``*`` names any."""
    return tag is not None and (header.strip() == "*" or tag in (part.strip() for part in header.split(",")))


def _response(rule: Rule, status: HTTPStatus) -> web.Response:
    return json_response(rule_body(rule), status, {"ETag": version_tag(rule)})
