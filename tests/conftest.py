"""What all tests share."""

from hypothesis import settings

# A deadline measures the machine: on a busy one it fails tests whose property holds.
settings.register_profile("wiredesk", deadline=None)
settings.load_profile("wiredesk")
