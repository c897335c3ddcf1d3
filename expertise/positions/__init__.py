"""What institutions and experts answer to a need."""
