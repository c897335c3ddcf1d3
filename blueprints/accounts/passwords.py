"""A password to choose: its field, and what may be wrong with it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from accounts import credentials
from blueprints._forms import at_most, required

LONGEST_PASSWORD_TYPED = 1000
WEAKNESSES = dict.fromkeys(
    ("password-too-short", "password-too-long", "password-too-simple", "password-is-email"),
    "password",
)


def new_password_field(label: Any) -> PasswordField:
    """A password to choose."""
    return PasswordField(
        label,
        [required(), at_most(LONGEST_PASSWORD_TYPED)],
        description=_l(
            "At least %(shortest)s characters. A few words put together do well.",
            shortest=credentials.SHORTEST_PASSWORD,
        ),
    )
