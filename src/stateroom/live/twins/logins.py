"""Twins, to come."""
