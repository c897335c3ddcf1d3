"""What the expertise desk did: counted each night, by month, and read where nobody is told of."""
