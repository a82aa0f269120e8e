"""One module an outside system: the only place in the functions that calls AWS."""
