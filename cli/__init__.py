"""The `dxmacsec` command: what people do with the product, from a terminal."""
