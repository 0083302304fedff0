"""The sample files that the README names are good."""

from pathlib import Path

from agents.delivery.endpoint_files import parse_endpoints
from agents.polling.source_files import parse_sources
from tests.delivery.builders import SECRET

SAMPLES = Path(__file__).parents[2] / "agents" / "samples"


def test_sample_sources_are_good() -> None:
    assert parse_sources((SAMPLES / "sources.yaml").read_text(), "sources.yaml")


def test_sample_endpoints_are_good() -> None:
    text = (SAMPLES / "endpoints.yaml").read_text()
    found = parse_endpoints(
        text, "endpoints.yaml", {"DESK_EAST_SECRET": SECRET}, lambda _: "json://chat.example"
    )
    assert [endpoint.id for endpoint in found] == ["desk-east", "duty-chat"]
