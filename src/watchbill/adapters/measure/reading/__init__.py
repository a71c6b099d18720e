"""Reads logs: opens, cuts into blocks, counts fast and exactly."""
