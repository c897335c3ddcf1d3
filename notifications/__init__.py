"""From facts to notifications and mails, as each member chose."""
