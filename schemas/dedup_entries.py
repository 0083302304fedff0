"""What the dedup agent keeps and tells of its lanes, on dedup.state and dedup.watermarks: internal."""

from schemas.base import Count, Id, Message, UtcTime


class DedupEntries(Message, frozen=True, kw_only=True):
    """What the posts of one batch and lane left, in order."""

    lane: Id
    partition: Count
    """Partition of posts.raw that the posts came from."""
    first_offset: Count
    """Offset there of the first of the posts."""
    time: UtcTime
    """Event time of the last of the posts."""
    entries: bytes
    """MessagePack of pairs of raw offset and entry, in base64; see agents.dedup.entry."""


class LaneWatermark(Message, frozen=True, kw_only=True):
    """The time that a lane has reached: the watermark of its latest judged post that has been delivered."""

    lane: Id
    watermark: UtcTime
