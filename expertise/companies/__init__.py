"""Companies that have an account."""
