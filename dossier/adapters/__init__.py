"""One outside system per module. Adapters never import each other."""
