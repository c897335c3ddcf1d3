"""Installations to command."""

from tests.installation import (  # noqa: F401 - fixtures
    _demonstration,
    _prepared,
    bare,
    demonstration,
    prepared,
)
