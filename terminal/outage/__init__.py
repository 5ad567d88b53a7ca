"""An outage as the desk lives through it: what is told of it, what its limits take away, what is done meanwhile."""
