"""Apache Kafka behind TLS and a login: every setting of the connection is used by every kind of client."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from aiokafka.errors import KafkaConnectionError
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from agents.wiring.connection import Cluster, wait_for_broker
from agents.wiring.embedded import free_port
from agents.wiring.replay import replay
from agents.wiring.topics import create_topics
from tests.broker.conftest import KAFKA, settings_for_test
from tests.broker.support import CountingStage, posts, running, until_read

pytestmark = [
    pytest.mark.broker,
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(KAFKA is None or shutil.which("java") is None, reason="needs Apache Kafka of its own"),
]

ROOT = Path(__file__).parents[2]
RUN = ROOT / "deploy" / "kafka" / "run.sh"
JARS = ROOT / ".cache" / "kafka" / "jars"
PASSWORD = "desk-secret"
SCRAM = f"SCRAM-SHA-512=[name=desk,password={PASSWORD}]"


class SecuredKafka(NamedTuple):
    """A node that speaks TLS only: with a login on one port, with client certificates on the other."""

    login_port: int
    certificate_port: int
    files: Path


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    files = tmp_path_factory.mktemp("secured")
    node = SecuredKafka(free_port(), free_port(), files)
    _write_certificates(files)
    plain = free_port()
    (files / "properties").write_text(_properties(node, plain))
    environment = {**os.environ, "KAFKA_PROPERTIES": str(files / "properties"), "KAFKA_SCRAM": SCRAM}
    if JARS.exists():
        environment["KAFKA_JARS"] = str(JARS)
    directory = str(files / "kafka")
    subprocess.run([RUN, "start", directory, str(plain)], env=environment, check=True)
    yield node
    subprocess.run([RUN, "stop", directory], check=True)


def _write_certificates(files: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(files / "ca.pem")
    trustme.CA().cert_pem.write_to_path(files / "other-ca.pem")
    server = authority.issue_cert("127.0.0.1")
    key = load_pem_private_key(server.private_key_pem.bytes(), None)  # Kafka reads keys in PKCS #8 only
    (files / "server.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + b"".join(part.bytes() for part in server.cert_chain_pems)
    )
    client = authority.issue_cert("desk@localhost")
    client.private_key_pem.write_to_path(files / "client-key.pem")
    client.cert_chain_pems[0].write_to_path(files / "client.pem")


def _properties(node: SecuredKafka, plain_port: int) -> str:
    login, certificate, files = node
    listeners = f"SASL_SSL://127.0.0.1:{login},SSL://127.0.0.1:{certificate}"
    jaas = "org.apache.kafka.common.security"
    return f"""
listeners=PLAINTEXT://127.0.0.1:{plain_port},CONTROLLER://127.0.0.1:{plain_port + 1},{listeners}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain_port},{listeners}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config={jaas}.plain.PlainLoginModule required user_desk="{PASSWORD}";
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={jaas}.scram.ScramLoginModule required;
listener.name.ssl.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={files}/server.pem
ssl.truststore.type=PEM
ssl.truststore.location={files}/ca.pem
"""


def _by_login(kafka: SecuredKafka, mechanism: str, **overrides: object) -> Cluster:
    options: dict[str, object] = {
        "tls": True, "tls_ca": kafka.files / "ca.pem", "sasl_mechanism": mechanism, "sasl_username": "desk",
        "sasl_password": PASSWORD,
    }  # fmt: skip
    return Cluster(f"kafka://127.0.0.1:{kafka.login_port}", settings_for_test(**{**options, **overrides}))


def _by_certificate(kafka: SecuredKafka, **overrides: object) -> Cluster:
    options: dict[str, object] = {
        "tls": True, "tls_ca": kafka.files / "ca.pem", "tls_cert": kafka.files / "client.pem",
        "tls_key": kafka.files / "client-key.pem",
    }  # fmt: skip
    return Cluster(
        f"kafka://127.0.0.1:{kafka.certificate_port}", settings_for_test(**{**options, **overrides})
    )


@pytest.mark.parametrize("login", ["PLAIN", "SCRAM-SHA-512", "certificate"])
async def test_posts_pass_a_worker_through_a_secured_cluster(kafka: SecuredKafka, login: str) -> None:
    cluster = _by_certificate(kafka) if login == "certificate" else _by_login(kafka, login)
    await create_topics(cluster)
    await replay(cluster, posts(20))
    async with running(cluster, CountingStage()):
        await until_read(cluster, "posts.judged", 20)


async def test_a_wrong_password_is_refused(kafka: SecuredKafka) -> None:
    cluster = _by_login(kafka, "SCRAM-SHA-512", sasl_password="wrong")
    with pytest.raises(KafkaConnectionError):
        await wait_for_broker(cluster, patience=0.1)


async def test_a_broker_with_a_certificate_of_another_authority_is_refused(kafka: SecuredKafka) -> None:
    cluster = _by_login(kafka, "PLAIN", tls_ca=kafka.files / "other-ca.pem")
    with pytest.raises(KafkaConnectionError):
        await wait_for_broker(cluster, patience=0.1)


async def test_a_client_without_certificate_is_refused_where_one_is_needed(kafka: SecuredKafka) -> None:
    cluster = _by_certificate(kafka, tls_cert=None, tls_key=None)
    with pytest.raises(KafkaConnectionError):
        await wait_for_broker(cluster, patience=0.1)
