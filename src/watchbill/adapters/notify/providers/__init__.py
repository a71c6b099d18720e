"""Channels that call a provider's HTTP API: one small module each, and the file in which an operator sets them up."""

from watchbill.adapters.notify.providers.channels_file import CHANNELS, Callers, read_channels, read_tables

__all__ = ["CHANNELS", "Callers", "read_channels", "read_tables"]
