"""One file a Task state: read, let the policy decide, change, and hand the document on."""
