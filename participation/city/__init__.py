"""Reference data of the city: districts, departments, topics."""
