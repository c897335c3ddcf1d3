"""What a programme decides: who asks, of what, who answers, within which time."""
