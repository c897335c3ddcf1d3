"""What went wrong, as those who answer tell it (seeds/003 §6.2)."""
