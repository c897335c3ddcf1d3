"""Running the house: mails, work, storage, contents, duplicate accounts. For administrators."""
