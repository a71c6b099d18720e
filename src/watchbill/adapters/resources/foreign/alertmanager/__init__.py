"""Alertmanager's configuration file, read as it is."""

from watchbill.adapters.resources.foreign.alertmanager.export import Converted, converted
from watchbill.adapters.resources.foreign.alertmanager.file import read_configuration

__all__ = ["Converted", "converted", "read_configuration"]
