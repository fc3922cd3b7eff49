"""What those see who run the platform: whether it is well, and how much there is to do."""
