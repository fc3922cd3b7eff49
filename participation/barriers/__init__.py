"""Reports of barriers: anybody tells the city where they cannot go on, and gets an answer."""
