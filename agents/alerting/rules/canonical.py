"""The canonical form of a rule: what two rules that say the same in other words have in common."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from agents.alerting.names import spaced
from agents.durations import format_duration, parse_duration
from schemas.codec import encode
from schemas.ids import stable_hash
from schemas.rules import AlertPolicy, Hold, Quiet, Rule, Silence, SourceCondition, When

T = TypeVar("T", bound=str)


def canonical(rule: Rule) -> Rule:
    """Return a rule that has been checked in its canonical form.

    Lists are sorted and hold nothing twice, a list of one is written as that one, durations stand in their
    largest unit, a duration of nothing is left out, and spaces in texts are single. It means the same, and
    the canonical form of a canonical form is itself.
    """
    return replace(
        rule,
        title=spaced(rule.title),
        when=canonical_when(rule.when),
        alert=_policy(rule.alert),
        deliver=sorted(set(rule.deliver), key=encode),
    )


def canonical_when(when: When) -> When:
    """Return conditions that have been checked in their canonical form."""
    return replace(
        when,
        category=_choice(when.category),
        event_type=_choice(when.event_type),
        status=_choice(when.status),
        source=_source(when.source),
        actor=_text(when.actor),
        text=_text(when.text),
        place=when.place
        and replace(when.place, admin1=_text(when.place.admin1), name=_text(when.place.name)),
        any=_parts(when.any),
        all=_parts(when.all),
        not_=None if when.not_ is None else canonical_when(when.not_),
    )


def conditions_version(rule: Rule) -> str:
    """Return the hash of what a rule asks for: ``when`` in its canonical form."""
    return stable_hash(encode(canonical_when(rule.when)).decode())


def rule_version(rule: Rule) -> str:
    """Return the hash of all that a rule says, in its canonical form."""
    return stable_hash(encode(canonical(rule)).decode())


def without_defaults(value: Any) -> Any:
    """Return a rule, or a part of one, as dicts, lists and scalars, leaving out all that is as by default."""
    if isinstance(value, msgspec.Struct):
        return {
            field.encode_name: without_defaults(inner)
            for field in msgspec.structs.fields(value)
            if (inner := getattr(value, field.name)) != _default(field)
        }
    if isinstance(value, list):
        return [without_defaults(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _parts(parts: list[When] | None) -> list[When] | None:
    if parts is None:
        return None
    by_text = {encode(part): part for part in map(canonical_when, parts)}
    return [by_text[text] for text in sorted(by_text)]


def _source(source: SourceCondition | None) -> SourceCondition | None:
    if source is None:
        return None
    return SourceCondition(any=_sorted(source.any), none=_sorted(source.none))


def _policy(policy: AlertPolicy) -> AlertPolicy:
    return replace(
        policy,
        cooldown=_duration(policy.cooldown),
        expires=_duration(policy.expires),
        hold=_hold(policy.hold),
        quiet=_quiet(policy.quiet),
        silences=sorted(map(_silence, policy.silences), key=encode),
    )


def _hold(hold: Hold | None) -> Hold | None:
    wait = None if hold is None else _duration(hold.for_)
    return None if hold is None or wait is None else replace(hold, for_=wait)


def _quiet(quiet: Quiet | None) -> Quiet | None:
    """Return quiet hours, None where they end when they start: that is never."""
    return None if quiet is None or quiet.from_ == quiet.to else quiet


def _silence(silence: Silence) -> Silence:
    start = silence.from_
    return replace(
        silence,
        until=silence.until.astimezone(UTC),
        from_=None if start is None else start.astimezone(UTC),
        comment=_text(silence.comment),
    )


def _duration(text: str | None) -> str | None:
    length = None if text is None else parse_duration(text)
    return format_duration(length) if length else None


def _choice(value: T | list[T] | None) -> T | list[T] | None:
    if value is None or isinstance(value, str):
        return value
    several = _sorted(value) or []
    return several[0] if len(several) == 1 else several


def _sorted(values: Iterable[T] | None) -> list[T] | None:
    return None if values is None else sorted(set(values))


def _text(text: str | None) -> str | None:
    return None if text is None else spaced(text)
