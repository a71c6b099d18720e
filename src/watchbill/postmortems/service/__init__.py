"""Use cases of postmortems."""

from watchbill.postmortems.service.actions import NewAction
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.postmortems import PostmortemService
from watchbill.postmortems.service.reminding import REMIND
from watchbill.postmortems.service.talking import Held
from watchbill.postmortems.service.tracking import SYNC

__all__ = ["REMIND", "SYNC", "Desk", "Held", "NewAction", "PostmortemService"]
