"""Use cases of on-call: schedules, paging, runbooks."""

from watchbill.oncall.service.contacts import ContactService, NewDevice
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.intake import NewPage
from watchbill.oncall.service.paging import PagingService
from watchbill.oncall.service.runbooks import RunbookService
from watchbill.oncall.service.runs import RunService
from watchbill.oncall.service.schedules import NewOverride, ScheduleService

__all__ = [
    "ContactService",
    "Desk",
    "NewDevice",
    "NewOverride",
    "NewPage",
    "PagingService",
    "RunService",
    "RunbookService",
    "ScheduleService",
]
