"""Pure rules: no clock, no file, no network, no randomness. Standard library and pydantic only."""
