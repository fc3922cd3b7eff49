"""Mails: reads the journal, writes to people."""
