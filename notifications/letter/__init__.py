"""The weekly letter: one a member, of what they may see and have not read."""
