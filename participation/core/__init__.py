"""Ground that every feature stands on; knows nothing of the product's words."""
