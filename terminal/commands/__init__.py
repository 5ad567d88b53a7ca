"""What the command `uketsuke` can do: one module a verb, and the wiring it needs."""
