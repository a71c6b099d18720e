"""Sentences: what a colleague would say, built from data by pure functions, so that a test can hold each of them to its word."""
