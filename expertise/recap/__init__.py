"""The weekly mail to those who answer: what waits for them, and nothing when nothing does."""
