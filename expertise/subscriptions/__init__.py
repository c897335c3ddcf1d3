"""What a company pays for its year, and what that opens: prices, orders, invoices, credits."""
