"""Alertmanager's configuration file, read as it is."""

from watchbill.adapters.resources.foreign.alertmanager.file import read_configuration

__all__ = ["read_configuration"]
