"""The patient's window: large, calm, one question at a time."""
