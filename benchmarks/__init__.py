"""What the figures of the README come from: measured here, against aims, by one command."""
