"""The receptionist's window: today's list, the check-in that is under way, and what to do next."""
