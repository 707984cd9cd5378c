"""The sides of the area ``cache``: Stateroom, its peers, and what they run on.

Imported when the area is opened, not before: the peers are needed by this area alone.
"""
