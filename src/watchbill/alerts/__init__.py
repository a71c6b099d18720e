"""Alerts: a machine's claim that something is wrong, from the wire to the decision who has to know."""
