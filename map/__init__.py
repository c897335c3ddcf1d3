"""Organisations on a map, and the same as a list. The only room that imports folium.

Write `from map import …`, never `import map`: Python has a function of that name.
"""
