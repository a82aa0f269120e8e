"""Real MACsec peers in a small virtual machine, rotated by the deployed product: `python -m real_mka`."""
