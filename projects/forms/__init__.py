"""Forms of the register. They know the user's rights, never the request."""
