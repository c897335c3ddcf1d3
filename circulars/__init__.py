"""Circulars that a network's staff forward by mail: drafts, which only their author sees."""
