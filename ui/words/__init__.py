"""What the windows say, a file for each area and language."""
