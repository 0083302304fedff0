"""To which endpoints an alert goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.delivery.endpoint_files import Endpoint
from schemas.alerts import Alert


@dataclass(frozen=True, slots=True)
class Addressee:
    """An endpoint that an alert names.

    Attributes:
        name: id of the endpoint.
        refusal: why it does not get the alert; None when it does.

    """

    name: str
    refusal: str | None = None


def addressees(alert: Alert, endpoints: Mapping[str, Endpoint]) -> Iterator[Addressee]:
    """Yield the endpoints that an alert's rule names, each once.

    An alert of a replay goes only where exercises are wanted. A rule reaches endpoints of its own owner only.
    """
    for name, kind in dict.fromkeys((to.name, to.kind) for to in alert.deliver):
        endpoint = endpoints.get(name)
        if endpoint is None or endpoint.owner != alert.owner:
            yield Addressee(name, f"{alert.owner} has no endpoint of this name")
        elif endpoint.kind != kind:
            yield Addressee(name, f"the endpoint is of kind {endpoint.kind}, the rule names a {kind}")
        elif alert.status == "actual" or endpoint.exercises:
            yield Addressee(name)
