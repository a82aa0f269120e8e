"""The driver for network devices: it speaks to their command lines over SSH."""
