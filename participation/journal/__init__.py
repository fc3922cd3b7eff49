"""What happened: one append-only record, read as audit log and as outbox."""
