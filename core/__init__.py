"""The kernel: database, settings, facts, jobs, outbox, storage, text. No word of the domain."""
