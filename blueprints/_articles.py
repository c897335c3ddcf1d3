"""Articles as the lists and their own pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints._picker import reaches_in_words
from blueprints._times import hour
from blueprints._topics import address_of, states_of
from blueprints._words import date_words, weekday_words
from core import clock
from news.models import Article, Contract
from news.queries import ArticleRow, Telling

CONTRACTS = {
    Contract.PERMANENT: _l("CDI"),
    Contract.FIXED_TERM: _l("CDD"),
    Contract.INSERTION: _l("CDDI"),
    Contract.TEMPORARY: _l("Temporary work"),
    Contract.APPRENTICESHIP: _l("Apprenticeship"),
    Contract.INTERNSHIP: _l("Internship"),
    Contract.CIVIC_SERVICE: _l("Civic service"),
    Contract.OTHER: _l("Another contract"),
}


def article_rows(
    rows: Iterable[ArticleRow],
    others: Mapping[int, Sequence[Telling]],
    reaches: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """The arguments of news.html's article_row for each row of the feed."""
    rows = list(rows)
    if reaches is None:
        reaches = reaches_in_words({row[0].audience_id for row in rows})
    shown = []
    for topic, article, unread, kind, first_name, last_name, thumbnail in rows:
        href = address_of("news.article", topic.id)
        shown.append(
            {
                "title": topic.title,
                "href": href + ("#nouveau" if unread and topic.answers else ""),
                "excerpt": topic.excerpt,
                "kind": kind,
                "when_and_where": in_short(article),
                "audience": reaches[topic.audience_id],
                "who": f"{first_name} {last_name}",
                "when": article.published_at,
                "unread": bool(unread),
                "comments": topic.answers,
                "states": [*states_of(topic), *(["expired"] if is_over(article) else [])],
                "picture": url_for("news.thumbnail", topic_id=topic.id) if thumbnail else None,
                "others": telling_links(others.get(topic.id, ())),
            }
        )
    return shown


def telling_links(others: Iterable[Telling]) -> list[dict[str, str]]:
    """Who else published the same news, each with their page."""
    return [
        {
            "name": f"{one.name} ({', '.join(one.networks)})" if one.networks else one.name,
            "href": address_of("news.article", one.topic_id),
        }
        for one in others
    ]


def is_over(article: Article) -> bool:
    """Whether its last day is past."""
    return article.valid_until is not None and article.valid_until <= clock.now()


def in_short(article: Article) -> str:
    """ "jeudi 3 décembre, 14 h, Nantes", "CDI · répondre avant le 30 novembre"."""
    said = []
    if article.contract:
        said.append(str(CONTRACTS[article.contract]))
    if article.starts_on:
        said.append(
            ", ".join(
                filter(None, (days_of(article), hours_of(article), article.town or article.place))
            )
        )
    elif article.town or article.place:
        said.append(article.town or article.place)
    if article.deadline:
        said.append(_("until %(day)s", day=date_words(article.deadline)))
    return " · ".join(said)


def days_of(article: Article) -> str:
    """ "jeudi 3 décembre 2026", "du 3 décembre 2026 au 5 décembre 2026"."""
    starts, ends = article.starts_on, article.ends_on
    if starts is None:
        return ""
    if ends is None:
        return weekday_words(starts)
    return _("from %(first)s to %(last)s", first=date_words(starts), last=date_words(ends))


def hours_of(article: Article) -> str:
    """ "14 h 00 – 17 h 30"."""
    hours = [hour(one) for one in (article.starts_at, article.ends_at) if one]
    return " – ".join(hours)


def as_date(article: Article) -> dict[str, Any]:
    """What the form of the agenda is filled with, when an article becomes a date."""
    return {
        "title": article.topic.title,
        "theme": article.topic.theme_id,
        "starts_on": article.starts_on,
        "ends_on": article.ends_on,
        "starts_at": article.starts_at,
        "ends_at": article.ends_at,
        "all_day": article.starts_at is None,
        "place": article.place,
        "address": article.address,
        "town": article.town,
        "link": article.link or "",
    }
