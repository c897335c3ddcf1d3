"""Networks, territories, audiences, viewers: the one rule that says who sees what."""
