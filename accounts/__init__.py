"""Members, roles, invitations, credentials, the charter, the audit trail."""
