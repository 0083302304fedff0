from datetime import datetime, timedelta, timezone

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from agents.wiring.cloudevents import attribute, headers_of, identity
from agents.wiring.stage import Output

AT = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))


def output(**extensions: str) -> Output:
    return Output(
        "posts.judged", "story", None, id="i", source="o", time=AT, subject="story", sequence=3,
        extensions=extensions,
    )  # fmt: skip


def test_headers_say_what_cloud_events_asks_for() -> None:
    headers = dict(headers_of(output(sourceoffset="12")))
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"i",
        "ce_source": b"urn:wiredesk:source:o",
        "ce_type": b"org.wiredesk.judged_post.v1",
        "ce_time": b"2026-03-01T10:00:00+00:00",
        "ce_dataschema": b"urn:wiredesk:schema:judged_post.v1",
        "ce_partitionkey": b"story",
        "ce_subject": b"story",
        "ce_sequence": b"3",
        "ce_sourceoffset": b"12",
        "content-type": b"application/json",
    }
    assert identity(headers) == ("urn:wiredesk:source:o", "i")
    assert attribute(headers, "sourceoffset") == "12"


def test_the_library_of_cloud_events_reads_the_headers() -> None:
    event = from_binary_event(
        KafkaMessage(dict(headers_of(output(sourceoffset="12"))), "story", b'{"post_id": "p"}')
    )
    assert event.get_attributes() == {
        "specversion": "1.0",
        "id": "i",
        "source": "urn:wiredesk:source:o",
        "type": "org.wiredesk.judged_post.v1",
        "time": AT,
        "dataschema": "urn:wiredesk:schema:judged_post.v1",
        "partitionkey": "story",
        "subject": "story",
        "sequence": "3",
        "sourceoffset": "12",
        "datacontenttype": "application/json",
    }
    assert event.get_data() == {"post_id": "p"}


@pytest.mark.parametrize("name", ["Upper", "with_line", "", "id", "a" * 21])
def test_extension_names_that_cloud_events_forbids_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="extension"):
        headers_of(output(**{name: "x"}))


def test_other_messages_have_no_identity() -> None:
    assert identity({"ce_id": b"x"}) is None
