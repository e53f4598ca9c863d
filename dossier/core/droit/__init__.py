"""French law, one rule per function, each function citing its article."""
