"""The sides of the area ``persist``: Stateroom, and redux-persist on Node."""
