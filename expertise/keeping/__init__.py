"""How long the desk keeps what people told it (seeds/003 §6): three years, then figures alone."""
