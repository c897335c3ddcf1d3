"""Polls of dates: when do most people come? The chosen slot becomes a date of the agenda."""
