"""Incidents: severity, roles, phases, timeline, updates, and what has to be true before it is over."""
