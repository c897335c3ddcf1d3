"""The monthly letter of a network for its partners, who have no account."""
