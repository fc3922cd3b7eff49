"""What people follow, how often they hear of it, and how they stop it."""
