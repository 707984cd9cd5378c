"""The session tier: a store with the semantics of Redux Toolkit."""
