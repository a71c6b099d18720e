"""Tells integrations of an Alertmanager file, each in the words that the original uses."""

from watchbill.adapters.notify.receivers.post import ReceiverPost

__all__ = ["ReceiverPost"]
