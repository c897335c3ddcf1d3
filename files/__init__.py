"""Files that members send: received in pieces, kept once, read by the worker."""
