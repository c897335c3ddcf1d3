"""Where an address is, asked of the national address API or of one that speaks alike.

The `search` of the Géoplateforme (IGN, which serves the Base Adresse Nationale) takes words and a
postcode, and answers GeoCodeJSON: features with a point [longitude, latitude], a `score` from 0 to
1 and a `type` (housenumber, street, locality, municipality). Fifty questions a second at most; 429
beyond. See https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage.
"""

import http.client
import json
import math
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any

from access.geography import KM_PER_DEGREE

ANSWERS_WITHIN_SECONDS = 10.0
LARGEST_ANSWER = 100_000
"""Bytes; a right one has about one thousand."""
PRECISE = frozenset({"housenumber", "street", "locality"})
LEAST_SCORE = 0.5
FARTHEST_KM = 25.0
"""From the middle of the commune: no commune of the mainland is wider."""


class Unreachable(Exception):
    """The service does not answer now: ask again later."""


class Unusable(Exception):
    """The service answers what we cannot read, or refuses the question: asking again is vain."""


@dataclass(frozen=True, slots=True)
class Question:
    """An address, and the middle of the commune where it must be (latitude, longitude)."""

    address: str
    postcode: str
    town: str
    middle: tuple[float, float]


Point = tuple[float, float]
"""Latitude, longitude."""


class _StayHere(urllib.request.HTTPRedirectHandler):
    """The address of the setting is the one that is asked, and no other."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        """Follow nothing: a redirection is then an error."""


_opener = urllib.request.build_opener(_StayHere)


def locate(url: str, question: Question, *, within: float = ANSWERS_WITHIN_SECONDS) -> Point | None:
    """Where the address is, or None when the service does not know it precisely.

    Raises Unreachable and Unusable.
    """
    asked = {"q": f"{question.address} {question.town}"[:200], "limit": "1", "autocomplete": "0"}
    if question.postcode:
        asked["postcode"] = question.postcode
    return _point(_read(f"{url}?{urllib.parse.urlencode(asked)}", within), question)


def _read(address: str, within: float) -> Any:
    headers = {"Accept": "application/json", "User-Agent": "Maillage"}
    asked = urllib.request.Request(address, headers=headers)  # noqa: S310 - the setting is http(s)
    until = time.monotonic() + within
    try:
        with _opener.open(asked, timeout=within) as answer:
            read = b""
            while piece := answer.read1(16_384):
                read += piece
                if len(read) > LARGEST_ANSWER:
                    raise Unusable(f"more than {LARGEST_ANSWER} bytes")
                if time.monotonic() > until:
                    raise Unreachable(f"not answered within {within:g} s")
    except urllib.error.HTTPError as error:
        with error:
            kind = Unreachable if error.code == 429 or error.code >= 500 else Unusable
            raise kind(f"HTTP {error.code}") from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(str(error)) from error
    try:
        return json.loads(read)
    except (ValueError, RecursionError) as error:
        raise Unusable("not JSON") from error


def _point(answer: Any, question: Question) -> Point | None:
    """The point of the first feature, when it is precise, likely, and in the commune."""
    try:
        features = answer["features"]
        if not features:
            return None
        said: Mapping[str, Any] = features[0]["properties"]
        longitude, latitude = map(float, features[0]["geometry"]["coordinates"][:2])
        precise = said["type"] in PRECISE and float(said["score"]) >= LEAST_SCORE
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise Unusable("not GeoCodeJSON") from error
    if not precise or not _is_there(latitude, longitude, question.middle):
        return None
    return latitude, longitude


def _is_there(latitude: float, longitude: float, middle: Point) -> bool:
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return False
    north = (latitude - middle[0]) * KM_PER_DEGREE
    east = (longitude - middle[1]) * KM_PER_DEGREE * math.cos(math.radians(middle[0]))
    return math.hypot(north, east) <= FARTHEST_KM
