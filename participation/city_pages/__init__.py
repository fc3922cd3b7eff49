"""Pages of the city: what the law asks for, help and rules; edited by staff, with versions."""
