"""Errors as they go over the wire: problem details of RFC 9457."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec

from schemas.codec import encode

CONTENT_TYPE = "application/problem+json"


class Mistake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with a request."""

    message: str
    index: int | None = None
    """Which post of several, from 0."""
    field: str | None = None
    """Path of the field, such as ``when.place.country``, or the name of a parameter."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was not carried out."""

    title: str
    status: int
    detail: str
    errors: list[Mistake] = []


class ProblemError(Exception):
    """A request that is not carried out.

    Attributes:
        status: HTTP status.
        detail: what is wrong and what to do, for people.
        errors: the single mistakes, where there are several or they have a place.
        headers: further headers of the response.

    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        errors: Sequence[Mistake] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    def body(self) -> bytes:
        """Return the problem as JSON."""
        return encode(
            Problem(
                title=self.status.phrase, status=self.status, detail=self.detail, errors=list(self.errors)
            )
        )


def invalid(detail: str, errors: Sequence[Mistake] = ()) -> ProblemError:
    """Return the problem of content that has the right form and wrong values."""
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors)


def bad_request(detail: str, errors: Sequence[Mistake] = ()) -> ProblemError:
    """Return the problem of a request that cannot be read."""
    return ProblemError(HTTPStatus.BAD_REQUEST, detail, errors)


def not_found(what: str) -> ProblemError:
    """Return the problem of something that is not there, or not for the one who asks."""
    return ProblemError(HTTPStatus.NOT_FOUND, f"there is no {what}")


def try_later(status: HTTPStatus, detail: str, seconds: float) -> ProblemError:
    """Return a problem that passes by itself, with the seconds after which trying again makes sense."""
    return ProblemError(status, detail, headers={"Retry-After": str(max(1, round(seconds + 0.5)))})
