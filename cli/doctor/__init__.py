"""What `dxmacsec doctor` looks at: one module a concern, each check with what was found and how to mend it."""
