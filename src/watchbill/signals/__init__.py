"""Signals: what services say about themselves, and whether they say it in a form that others can use."""
