"""Mails that come in: answers that become posts, mails of ours that come back."""
