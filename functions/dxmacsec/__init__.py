"""dxmacsec rotates MACsec keys on AWS Direct Connect and keeps `must_encrypt` on."""
