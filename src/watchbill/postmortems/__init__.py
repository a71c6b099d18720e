"""Postmortems: figures from data, judgements from people, review, export, and what is done about it."""
