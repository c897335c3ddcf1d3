"""How often: per account once signed in, per address before."""

from http import HTTPStatus

from flask import Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from blueprints._access import SAFE

WRITES = "90/minute;1500/hour"
SIGN_IN_BY_ADDRESS = "30/minute;200/hour"
SIGN_IN_BY_ACCOUNT = "6/minute;30/hour"
LINK_BY_ACCOUNT = "4/hour"
ASK_ACCESS = "10/hour"
PUBLIC_LETTER = "10/hour"
PUBLIC_LETTER_BY_ADDRESS = "4/hour"
NEED = "20/hour"
NEED_BY_ADDRESS = "6/hour"
NEED_TRIES = "90/hour"
"""Forms that are sent, those that come back to be corrected too: each may bring files."""
FOLLOW = "20/hour"
SIGN = "40/hour"
COMPANY = "10/hour"
COMPANY_BY_ADDRESS = "4/hour"
PROGRAM = "120/minute;2000/hour"
PROGRAM_NEEDS = "30/minute;300/hour"
PROGRAM_BY_ADDRESS = "300/minute"
PAYMENTS = "600/minute"


def who() -> str:
    """The account, or the address that the request comes from."""
    if current_user.is_authenticated:
        return f"member:{current_user.member.id}"
    return f"address:{get_remote_address()}"


def account_named() -> str:
    """The account that a sign-in names, whatever address it comes from."""
    return "account:" + request.form.get("email", "").strip().lower()[:254]


def kept(answer: Response) -> bool:
    """Whether what was sent is kept: a form that comes back to be corrected counts for nothing."""
    return answer.status_code < HTTPStatus.BAD_REQUEST


limiter = Limiter(
    key_func=who,
    default_limits=[WRITES],
    default_limits_exempt_when=lambda: request.method in SAFE,
    strategy="moving-window",
    headers_enabled=False,
)
