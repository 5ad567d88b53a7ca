"""Which hop is broken: the way from the card reader to the insurers' service, looked at hop by hop."""
