"""All HTTP: one module per area, with its forms. A module with a leading underscore serves them."""

from flask import Blueprint


def all_blueprints(*, development: bool) -> list[Blueprint]:
    """The areas of the site; the components page only while developing."""
    from blueprints import (
        account,
        accounts,
        administration,
        agenda,
        calendars,
        charter,
        dev,
        directory,
        forum,
        health,
        home,
        map,
        moderation,
        news,
        notifications,
        own_data,
        resources,
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
        resources.bp,
        agenda.bp,
        calendars.bp,
        rooms.bp,
        search.bp,
        moderation.bp,
        notifications.bp,
        administration.bp,
        health.bp,
    ]
    return [*areas, dev.bp] if development else areas
