"""The card: everything between PC/SC bytes and the port `CardReader`, kept in a process of its own."""
