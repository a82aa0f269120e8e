"""How links are shown to people and to programs."""
