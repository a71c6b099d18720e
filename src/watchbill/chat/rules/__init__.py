"""Decisions of chat."""
