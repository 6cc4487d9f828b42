"""The demonstration county: invented people and places, published teaching films under invented names."""
