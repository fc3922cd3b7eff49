"""Projects of the city (Vorhaben): list and sheet."""
