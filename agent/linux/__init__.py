"""A Linux router as the customer's end: wpa_supplicant runs MKA, the kernel encrypts (`macsec_linux`)."""
