"""People: accounts, roles, sign-in, residency."""
