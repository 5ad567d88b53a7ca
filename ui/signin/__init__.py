"""Who is at the reception desk: signing in, changing places, and the cover over a window that nobody sits at."""
