"""What runs inside the virtual machine, on Debian's minimal Python: no json, nothing but these files."""
