"""Dates: meetings, trainings, job datings, with their registrations."""
