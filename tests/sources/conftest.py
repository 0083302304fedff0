from pathlib import Path

import pytest

from agents.sources.profiles import Profiles, load_profiles

_PROFILES = load_profiles()


@pytest.fixture(scope="session")
def profiles() -> Profiles:
    return _PROFILES


@pytest.fixture(scope="session")
def pages() -> Path:
    return Path(__file__).parent / "pages"
