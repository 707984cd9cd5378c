"""What the area ``query`` is measured with: our client, and RTK Query on Node."""
