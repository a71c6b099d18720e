"""Use cases of incidents."""

from watchbill.incidents.service.calling import OncallPager
from watchbill.incidents.service.declaring import NewIncident
from watchbill.incidents.service.desk import WATCHBILL, Desk
from watchbill.incidents.service.ending import Resolution
from watchbill.incidents.service.incidents import IncidentService
from watchbill.incidents.service.measuring import SloMeasurements
from watchbill.incidents.service.triage import Finding

__all__ = [
    "WATCHBILL",
    "Desk",
    "Finding",
    "IncidentService",
    "NewIncident",
    "OncallPager",
    "Resolution",
    "SloMeasurements",
]
