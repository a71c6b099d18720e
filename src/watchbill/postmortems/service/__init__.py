"""Use cases of postmortems."""

from watchbill.postmortems.service.actions import NewAction
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.postmortems import PostmortemService

__all__ = ["Desk", "NewAction", "PostmortemService"]
