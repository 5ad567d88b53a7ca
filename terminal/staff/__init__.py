"""Who may sit at the desk: people, roles, two factors, and what each may do. Knows no window and no database."""
