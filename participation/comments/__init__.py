"""Comments (Stellungnahmen) on projects and suggestions: write, reply, report, moderate."""
