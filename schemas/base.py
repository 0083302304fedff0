"""What all messages share: the base class and the constrained scalar types."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=200)]
NonEmpty = Annotated[str, Meta(min_length=1)]
UtcTime = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0)]
Sequence1 = Annotated[int, Meta(ge=1)]
Fraction = Annotated[float, Meta(ge=0.0, le=1.0)]
Latitude = Annotated[float, Meta(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Meta(ge=-180.0, le=180.0)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Span = tuple[Count, Count]
"""[start, end) in characters of ``headline + "\\n" + body``."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A value on a topic, or a part of one. Unknown fields are ignored when it is decoded."""


class StrictMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value written by people (a rule): an unknown field is an error, not something to pass over."""
