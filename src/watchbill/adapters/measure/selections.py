"""An SLI's predicates, checked and ready to run."""

from watchbill.adapters.measure.predicates import Predicate, exclusion, predicate
from watchbill.adapters.measure.reading.selection import Selection
from watchbill.kernel.errors import Invalid
from watchbill.slo.model import Sli

__all__ = ["selection_of"]


def selection_of(sli: Sli) -> Selection:
    """Raises Invalid where the SLI has no machine form or a predicate is wrong; prose among the exclusions excludes nothing."""
    if sli.good is None:
        raise Invalid("good", f"{sli.name} has no machine form", hint='write measurement.good: "status < 500"')
    left_out = (exclusion(text, field=f"exclusions[{number}]") for number, text in enumerate(sli.exclusions))
    return Selection(
        sli.name,
        predicate(sli.good, field="good"),
        predicate(sli.total or "true", field="total"),
        tuple(one for one in left_out if isinstance(one, Predicate)),
    )
