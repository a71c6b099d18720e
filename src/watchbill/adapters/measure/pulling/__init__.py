"""Sources that are asked: every minute for the newest minutes, and once, backwards, for their history."""

from watchbill.adapters.measure.pulling.ledger import Fetched, Ledger, Values
from watchbill.adapters.measure.pulling.puller import Ask, Puller

__all__ = ["Ask", "Fetched", "Ledger", "Puller", "Values"]
