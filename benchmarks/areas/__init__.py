"""One module per area. Each has a constant ``AREA``, and nothing else is registered."""
