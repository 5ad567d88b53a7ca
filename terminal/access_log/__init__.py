"""The access log: entries, their Merkle tree, checkpoints, verification, exports. Pure; storage is elsewhere."""
