"""What reading a calendar may cost."""

from datetime import timedelta

BYTES = 2_000_000
REPLY_BYTES = 50_000
"""Of what a calendar answers by mail: it is read where the mail is."""
COMPONENTS = 20_000
DEPTH = 6
"""A calendar, an event, its alarm; a zone, its rules."""
EVENTS = 2_000
DATES = 20_000
"""All those of a file together."""
WINDOW = timedelta(days=730)
"""From the oldest date of a file: what is counted of rules without end."""

TITLE, DESCRIPTION, PLACE = 150, 10_000, 200
"""Characters that are kept."""
