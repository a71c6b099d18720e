"""Receivers of an Alertmanager configuration file: who is told of which group of alerts, when, and in whose words."""
