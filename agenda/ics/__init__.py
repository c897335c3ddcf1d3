"""iCalendar (RFC 5545): events that come and leave as files, feeds and invitations."""
