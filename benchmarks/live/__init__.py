"""What the area ``live`` is measured with: Redis, its clients, and processes."""
