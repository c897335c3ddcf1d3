"""Video conferences: rooms of a network, rooms of an event."""
