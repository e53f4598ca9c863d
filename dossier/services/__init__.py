"""Use cases: what the house does with the core's decisions, through its ports."""
