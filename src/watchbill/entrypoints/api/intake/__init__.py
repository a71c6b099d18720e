"""Doors for senders that speak another protocol than Alertmanager's API: they keep their set-up and change an address.

Each door reads its protocol's body into claims, puts both on disk, and answers as the original would.
"""

from watchbill.entrypoints.api.intake.doors import intake_routes
from watchbill.entrypoints.api.intake.table import DOORS, Door

__all__ = ["DOORS", "Door", "intake_routes"]
