"""Is this record about this person? Five attributes, each compared by rules that can be printed. Pure."""
