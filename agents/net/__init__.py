"""The outside network: which addresses may be reached, and how."""
