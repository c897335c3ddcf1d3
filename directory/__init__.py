"""Organisations and the professional profiles of members."""
