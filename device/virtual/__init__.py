"""The practice set's hardware: a card that answers APDUs, what lays it on a reader, a camera full of invented faces."""
