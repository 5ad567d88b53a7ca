"""What a secret is closed with: a passphrase that someone knows, or a key whose private half is elsewhere."""
