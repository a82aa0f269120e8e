"""The fleet over a period: how old its keys were, and how they were rotated."""
