"""All HTTP: one module per area, with its forms. A module with a leading underscore serves them."""

from flask import Blueprint


def all_blueprints(*, development: bool) -> list[Blueprint]:
    """The areas of the site; the components page only while developing."""
    from blueprints import (
        account,
        accounts,
        administration,
        agenda,
        agenda_attending,
        calendars,
        charter,
        circulars,
        dev,
        directory,
        expertise,
        expertise_api,
        forum,
        health,
        home,
        letters,
        map,
        moderation,
        news,
        notifications,
        own_data,
        polls,
        public_letters,
        resources,
        rides,
        rooms,
        search,
    )

    areas = [
        home.bp,
        accounts.bp,
        charter.bp,
        account.bp,
        own_data.bp,
        directory.bp,
        map.bp,
        forum.bp,
        news.bp,
        circulars.bp,
        resources.bp,
        agenda.bp,
        polls.bp,
        calendars.bp,
        agenda_attending.bp,
        rides.bp,
        rooms.bp,
        expertise.bp,
        expertise_api.bp,
        search.bp,
        moderation.bp,
        notifications.bp,
        letters.bp,
        public_letters.bp,
        administration.bp,
        health.bp,
    ]
    return [*areas, dev.bp] if development else areas
