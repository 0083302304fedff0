"""The brokers of tests/broker, for tests of the gateway."""

from tests.broker.conftest import address, cluster, embedded_address, empty_cluster

__all__ = ["address", "cluster", "embedded_address", "empty_cluster"]
