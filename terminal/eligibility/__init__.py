"""Asking whether a coverage is in force: code tables, codecs, services, and the rule "online, else cached"."""
