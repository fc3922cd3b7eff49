"""Own data: taking it along, having it deleted, and forgetting in time."""
