"""A need: how it is asked, reviewed and told of, from the first word to its archive."""
