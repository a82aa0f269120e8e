"""What was written down about links: history, and the evidence of one rotation."""
