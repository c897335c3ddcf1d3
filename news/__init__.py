"""What the networks and their members announce, until it is no longer valid."""
