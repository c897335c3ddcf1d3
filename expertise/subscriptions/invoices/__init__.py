"""Invoices and credit notes: numbered without a hole, never changed."""
