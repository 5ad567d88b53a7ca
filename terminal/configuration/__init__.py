"""The configuration of a desk: one TOML file, each setting explained, what is unknown refused."""
