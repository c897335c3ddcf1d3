"""Questions and answers between professionals, by theme and territory."""
