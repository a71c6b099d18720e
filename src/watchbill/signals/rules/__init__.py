"""Decisions about signals."""
