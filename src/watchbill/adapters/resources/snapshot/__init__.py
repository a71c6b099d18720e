"""The definitions as the domains want them: built from the stored documents once a version, shared by all readers."""

from watchbill.adapters.resources.snapshot.definitions import Definitions
from watchbill.adapters.resources.snapshot.shelf import Shelf, Snapshot

__all__ = ["Definitions", "Shelf", "Snapshot"]
