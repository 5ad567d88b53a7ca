"""What a check-in is, and how one is carried out. No Qt."""
