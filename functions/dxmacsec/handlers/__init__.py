"""One module a function: settings, wiring, and one line that runs a step."""
