"""Which addresses may be fetched."""

import pytest

from agents.net.guard import RefusedAddressError, check_url, is_public


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_all_others_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://news.example/", "http or https"),
        ("https:///path", "http or https"),
        ("https://a:b@news.example/", "user name"),
        ("http://127.0.0.1/", "not a public address"),
        ("http://[::1]:80/", "not a public address"),
        ("http://news.example:99999/", "no address"),
    ],
)
def test_refused_urls_are_told_why(url: str, message: str) -> None:
    with pytest.raises(RefusedAddressError, match=message):
        check_url(url, allow_private=False)


def test_names_and_public_addresses_may_be_asked() -> None:
    assert check_url("https://news.example/live", allow_private=False) == "news.example"
    assert check_url("http://127.0.0.1/", allow_private=True) == "127.0.0.1"
