"""The set-up of a desk: a window that asks for each setting, explains it and tries it out."""
