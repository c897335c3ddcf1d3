"""The library: documents that members deposit, in versions, and find again."""
