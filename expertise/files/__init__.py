"""The files of a need, and of the thread of those who answer it."""
