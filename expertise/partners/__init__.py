"""Partners of a programme: sites and programs through which a company asks too."""
