"""Files that people upload: checked, made harmless, kept in the database, handed out."""
