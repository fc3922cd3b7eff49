"""Suggestions of residents (Anregungen): submit, review, support, quorum, council, answer."""
