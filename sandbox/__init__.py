"""The embedded AWS: a laptop-sized account in which the whole product runs."""
