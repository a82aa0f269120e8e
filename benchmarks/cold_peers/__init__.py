"""Functions of others that ours are compared with; each module is one, by itself."""
