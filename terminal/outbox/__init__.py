"""Checks that were made offline: what is asked again, when, and what turned out different. Pure."""
