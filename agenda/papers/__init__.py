"""What is read before a date, and what is written after it."""
