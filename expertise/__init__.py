"""From a company's need to the person who answers it: one flow, which each programme configures."""
