"""What the staff hold and lay down to show who they are: security keys over USB or NFC, and employee cards."""
