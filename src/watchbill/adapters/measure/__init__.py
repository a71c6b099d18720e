"""Measures: reads logs where they lie, counts good and total events a minute, and keeps the counts."""
