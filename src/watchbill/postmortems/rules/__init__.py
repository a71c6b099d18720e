"""Decisions of the postmortems domain: facts in, decision out."""
