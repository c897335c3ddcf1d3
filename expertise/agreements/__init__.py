"""The agreement of a case (convention): what both sides sign, and the days that follow."""
