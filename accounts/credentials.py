"""Passwords, single-use tokens, second factor: what proves that someone is who they say."""

import hashlib
import hmac
import secrets
from datetime import datetime
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second profile for argon2id: 19 MiB, two passes, one lane; about 50 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FEWEST_LETTERS = 5
"""Different characters at least: "aaaaaaaaaaaa" is no password."""

TOTP_STEP_SECONDS = 30
RECOVERY_CODES = 10


def password_hash(password: str) -> str:
    """The argon2id hash to keep."""
    return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex(16))


def password_matches(hashed: str | None, password: str) -> bool:
    """Whether the password is the right one; takes as long when there is no account."""
    try:
        _hasher.verify(hashed or _nobodys_hash(), password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def weakness(password: str, email: str) -> str | None:
    """Why a password is not accepted, as a code, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return "password-too-short"
    if len(password) > LONGEST_PASSWORD:
        return "password-too-long"
    if len(set(password)) < FEWEST_LETTERS:
        return "password-too-simple"
    if email and password.casefold() in {email.casefold(), email.casefold().split("@", 1)[0]}:
        return "password-is-email"
    return None


def new_token(prefix: str = "") -> tuple[str, str]:
    """A token for a link (256 bits) and the hash to keep; `prefix` says what it is."""
    token = prefix + secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """What the database keeps of a token or a recovery code."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_totp_secret() -> str:
    """A secret for an authenticator application, in base 32."""
    return pyotp.random_base32()


def totp_address(secret: str, email: str) -> str:
    """The otpauth:// address that the application scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Maillage")


def totp_step(secret: str, typed: str, present: datetime, after: int) -> int | None:
    """The time step whose code was typed (one step of tolerance), None when it is wrong.

    A step not later than `after` was used already: a code read over a shoulder does not pass.
    """
    digits = "".join(typed.split())
    current = int(present.timestamp()) // TOTP_STEP_SECONDS
    for step in (current - 1, current, current + 1):
        expected = pyotp.TOTP(secret).at(step * TOTP_STEP_SECONDS)
        if step > after and hmac.compare_digest(expected.encode(), digits.encode()):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Codes of 50 bits, written in two groups of five."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"

    def group() -> str:
        return "".join(secrets.choice(alphabet) for _ in range(5))

    return [f"{group()}-{group()}" for _ in range(RECOVERY_CODES)]
