"""The demonstration, as `maillage demo` makes it."""

from tests.installation import (  # noqa: F401 - fixtures
    _demonstration,
    _prepared,
    bare,
    demonstration,
    prepared,
)
