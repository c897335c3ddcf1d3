"""Taking part in a date: places, the waiting list, questions, who came."""
