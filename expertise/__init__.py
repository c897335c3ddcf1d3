"""From a company's need to the person who can answer it."""
