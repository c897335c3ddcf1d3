"""Tables that come in: organisations, schemes, members; read, shown, confirmed, written."""
