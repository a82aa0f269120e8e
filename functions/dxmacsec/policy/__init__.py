"""Pure decisions: data and a time in, a verdict with its reason out. No clock, no AWS."""
