"""Organisations on a map, and the same as a list. The only room that imports folium."""
