"""What the house counts of itself, for those who run it."""
