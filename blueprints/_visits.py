"""Whether somebody comes by a link of our mails: the address says so, and nothing else does."""

from typing import Any

from flask import request

FROM_MAIL: dict[str, Any] = {"par": "mail"}
"""What the links of mails say besides where they lead."""


def from_mail() -> dict[str, Any]:
    """What to say again in an address of this page, when a link of our mails led here."""
    return FROM_MAIL if request.args.get("par") == "mail" else {}
