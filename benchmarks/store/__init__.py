"""The sides of the area ``store``: Stateroom, its peers in Python, and those in Node.

Imported when the area is opened, not before: the peers are needed by this area alone.
"""
