"""How the institutions of a programme answer: rates over a year, and when to speak of them."""
