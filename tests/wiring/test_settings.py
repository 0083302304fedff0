import pytest

from agents.settings import Settings, SettingsError, addresses_of, load_settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WIREDESK_{name.upper()}", raising=False)


def test_defaults_are_usable_and_every_option_says_what_it_is() -> None:
    assert load_settings().broker is None
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PARTITIONS", "0", "greater than or equal to 1"),
        ("PARTITIONS", "many", "valid integer"),
        ("BROKER", "kafka://host", "is not host:port"),
        ("BROKER", "host:99999", "is not host:port"),
        ("TOPIC_PREFIX", "a b", "pattern"),
        ("RULES", "/no/such/file", "does not exist"),
        ("LOG_LEVEL", "loud", "debug"),
        ("DEAD_LETTER_STOP_SHARE", "0", "greater than 0"),
    ],
)
def test_a_bad_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"WIREDESK_{variable}", value)
    with pytest.raises(SettingsError, match=f"WIREDESK_{variable}") as caught:
        load_settings()
    assert said in str(caught.value)
    assert value in str(caught.value)


def test_settings_that_do_not_go_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_SASL_MECHANISM", "PLAIN")
    with pytest.raises(SettingsError, match="WIREDESK_SASL_PASSWORD"):
        load_settings()
    with pytest.raises(SettingsError, match="WIREDESK_DEAD_LETTER_WINDOW"):
        load_settings(sasl_mechanism=None, dead_letter_stop_count=50, dead_letter_window=10)


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(sasl_mechanism="PLAIN", sasl_username="desk", sasl_password="hush")
    assert "hush" not in repr(settings)


def test_brokers_are_read_with_and_without_scheme() -> None:
    assert addresses_of("kafka://a:1, b:2") == ["a:1", "b:2"]
    assert addresses_of("[::1]:9092") == ["[::1]:9092"]
    assert load_settings(broker="[::1]:9092").broker == "[::1]:9092"
