"""Settings: every option with its default, type and meaning, read from WIREDESK_* variables."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agents.errors import WrongInputError

PREFIX = "WIREDESK_"
_ADDRESS = re.compile(r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$")

Seconds = Annotated[float, Field(gt=0, le=3600)]


class SettingsError(WrongInputError):
    """A setting has a value that cannot be used; the message names its variable."""


class Settings(BaseSettings):
    """All options of Wiredesk."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", validate_default=True)

    broker: str | None = Field(
        None, description="Kafka brokers, kafka://host:port[,host:port]; unset starts the embedded broker."
    )
    tls: bool = Field(False, description="Speak TLS to the brokers.")
    tls_ca: Path | None = Field(None, description="PEM file of the CA that signed the brokers' certificates.")
    tls_cert: Path | None = Field(None, description="PEM file of the client certificate.")
    tls_key: Path | None = Field(None, description="PEM file of the client certificate's key.")
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(
        None, description="SASL mechanism; unset logs in without SASL."
    )
    sasl_username: str | None = Field(None, description="SASL user name.")
    sasl_password: SecretStr | None = Field(None, description="SASL password.")

    topic_prefix: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]{0,100}$",
        description="Put before every topic and consumer group, so that several desks share one cluster.",
    )  # fmt: skip
    partitions: int = Field(4, ge=1, le=1000, description="Partitions of the topics that are keyed by story.")
    lanes: int = Field(1, ge=1, le=100, description="Partitions of posts.raw: one ordered owner for each.")
    replication: int = Field(1, ge=1, le=10, description="Copies of each partition that the cluster keeps.")
    create_topics: bool = Field(True, description="Let a worker create the topics that are missing.")

    batch_size: int = Field(500, ge=1, le=10_000, description="Most messages taken in one batch.")
    commit_interval: Seconds = Field(1.0, description="Seconds between commits of consumer offsets.")
    fetch_wait: float = Field(
        0.5,
        gt=0,
        le=5,
        description="Seconds that a broker may hold back the answer to a fetch while nothing is new. Kafka"
        " answers at once when something comes; the embedded broker does not, so wiredesk demo takes 0.02.",
    )
    session_timeout: Seconds = Field(
        15.0,
        ge=1,
        description="Seconds after which the cluster gives the partitions of a dead worker away;"
        " Apache Kafka takes no less than 6 unless configured otherwise.",
    )
    stop_timeout: Seconds = Field(20.0, description="Seconds that a stopping worker has for its last batch.")
    body_limit: int = Field(
        1024 * 1024, ge=1024, le=2 * 1024 * 1024, description="Most bytes of a post's body, in UTF-8."
    )

    dead_letter_stop_share: float = Field(
        0.5, gt=0, le=1, description="Share of failed messages among the recent ones that stops the worker."
    )
    dead_letter_stop_count: int = Field(
        100, ge=1, description="Failed messages among the recent ones before their share is looked at."
    )
    dead_letter_window: int = Field(1000, ge=1, description="How many messages count as recent.")

    dedup_window_hours: float = Field(
        168.0, gt=0, le=168, description="Hours of event time that a post is compared with."
    )
    data_directory: Path | None = Field(
        None, description="Directory whose data files replace those that Wiredesk brings."
    )
    rules: Path | None = Field(None, description="YAML file or directory of alerting rules.")

    sources: Path | None = Field(None, description="YAML file of the sources that wiredesk poll asks.")
    poll_timeout: float = Field(
        30.0, gt=0, le=600, description="Seconds that one request of a source may take."
    )
    poll_body_limit: int = Field(
        8 * 1024 * 1024, ge=64 * 1024, le=64 * 1024 * 1024,
        description="Most bytes of a source's document, decompressed.",
    )  # fmt: skip
    user_agent: str = Field(
        "wiredesk/0.1", min_length=3, max_length=200, pattern=r"^[\x20-\x7e]+$",
        description="How Wiredesk names itself to servers; add an address where its operator can be reached.",
    )  # fmt: skip
    poll_allow_private: bool = Field(
        False, description="Let sources have private addresses; for tests and sources inside the network."
    )

    endpoints: Path | None = Field(
        None, description="YAML file of the endpoints that alerts are delivered to."
    )
    delivery_timeout: float = Field(
        15.0, gt=0, le=300, description="Seconds that an endpoint may take for one alert."
    )
    delivery_in_flight: int = Field(
        4, ge=1, le=100, description="Alerts under way to one endpoint at the same time."
    )
    delivery_allow_private: bool = Field(
        False, description="Let webhooks go to private addresses; for endpoints inside the network."
    )

    gateway_host: str = Field("127.0.0.1", description="Address that the gateway listens on.")
    gateway_port: int = Field(8080, ge=0, le=65_535, description="Port of the gateway; 0: a free one.")
    gateway_tokens: Path | None = Field(None, description="YAML or JSON file of the gateway's tokens.")
    gateway_body_limit: int = Field(
        8 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024, description="Most bytes of one request's body."
    )
    gateway_posts_limit: int = Field(
        20_000, ge=1, description="Posts that are on their way to the broker before more are put off."
    )
    gateway_deliver_timeout: Seconds = Field(
        10.0, description="Seconds that the broker has for taking the posts of a request."
    )
    gateway_streams: int = Field(4000, ge=0, description="Most clients of streams at the same time.")
    gateway_stream_messages: int = Field(
        4096, ge=16, le=1_000_000, description="Latest messages of a topic that are held for streams."
    )
    gateway_stall_timeout: Seconds = Field(
        15.0, description="Seconds after which a client of a stream that reads nothing is cut off."
    )
    gateway_heartbeat: Seconds = Field(15.0, description="Seconds between signs of life of a stream.")
    gateway_story_bytes: int = Field(
        128 * 1024 * 1024, ge=1024, description="Most bytes of stories that the gateway holds."
    )
    gateway_cors_origins: str = Field(
        "", description="Origins whose pages may use the gateway, with commas between; none by default."
    )
    cap_sender: str = Field(
        "wiredesk", min_length=1, max_length=200, description="Who sends CAP messages, such as desk@host."
    )

    metrics_host: str = Field("127.0.0.1", description="Address that /metrics and /healthz listen on.")
    metrics_port: int = Field(9464, ge=0, le=65_535, description="Port of /metrics and /healthz; 0: none.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe level that is logged."
    )

    @property
    def dedup_window(self) -> timedelta:
        """Event time that a post is compared with."""
        return timedelta(hours=self.dedup_window_hours)

    @property
    def allowed_origins(self) -> frozenset[str]:
        """Origins whose pages may use the gateway."""
        return frozenset(part.strip() for part in self.gateway_cors_origins.split(",") if part.strip())

    @field_validator("broker")
    @classmethod
    def _broker_has_addresses(cls, value: str | None) -> str | None:
        if value is None:
            return None
        for address in addresses_of(value):
            match = _ADDRESS.match(address)
            if not match or not 0 < int(match[2]) < 65_536:
                raise ValueError(f"{address!r} is not host:port; write kafka://host:port[,host:port]")
        return value

    @field_validator(
        "data_directory", "rules", "sources", "endpoints", "gateway_tokens", "tls_ca", "tls_cert", "tls_key"
    )
    @classmethod
    def _path_exists(cls, value: Path | None) -> Path | None:
        if value is not None and not value.exists():
            raise ValueError(f"{value} does not exist")
        return value

    @model_validator(mode="after")
    def _sasl_is_complete(self) -> "Settings":
        if self.sasl_mechanism and not (self.sasl_username and self.sasl_password):
            raise ValueError(
                f"{PREFIX}SASL_MECHANISM needs {PREFIX}SASL_USERNAME and {PREFIX}SASL_PASSWORD as well"
            )
        if self.dead_letter_stop_count > self.dead_letter_window:
            raise ValueError(
                f"{PREFIX}DEAD_LETTER_STOP_COUNT must not exceed {PREFIX}DEAD_LETTER_WINDOW,"
                " else the worker never stops"
            )
        return self


def addresses_of(broker: str) -> list[str]:
    """Return the host:port parts of a broker setting."""
    return [part.strip() for part in broker.removeprefix("kafka://").split(",")]


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; overrides win over it.

    Raises:
        SettingsError: a value cannot be used; the message names each variable that is wrong.

    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_describe(item) for item in error.errors())) from error


def _describe(item: object) -> str:
    """Say in one line which variable is wrong and why."""
    assert isinstance(item, dict)
    message = str(item["msg"]).removeprefix("Value error, ")
    if not item["loc"]:
        return message
    return f"{PREFIX}{str(item['loc'][0]).upper()}: {message} (got {item['input']!r})"
