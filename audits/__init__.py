"""What is checked of the repository itself: no secret in it, and no dependency that may not be there."""
