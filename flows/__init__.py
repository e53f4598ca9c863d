"""Prefect, and the only place that knows it."""
