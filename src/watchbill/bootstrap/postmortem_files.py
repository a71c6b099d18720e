"""Postmortems as files: YAML that reads back, one HTML file, PDF, the fishbone."""

from collections.abc import Mapping
from typing import Any

from watchbill.adapters.outward.fishbone import fishbone_svg
from watchbill.adapters.outward.postmortem_page import Pictures, page, pdf
from watchbill.adapters.resources.emit import document_text
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.validation import parse_files
from watchbill.kernel.errors import Faults, Invalid
from watchbill.postmortems.model import Figures, Postmortem
from watchbill.postmortems.service import PostmortemService

__all__ = ["PostmortemFiles"]


class PostmortemFiles:
    """Writes and reads them."""

    def __init__(self, postmortems: PostmortemService) -> None:
        self._postmortems = postmortems

    def yaml(self, postmortem: Postmortem) -> str:
        """The playbook's template, as `validate`, `apply` and `read` take it."""
        return document_text("postmortem", self._postmortems.template(postmortem))

    def html(self, postmortem: Postmortem) -> str:
        """One file with its pictures, which needs nothing else."""
        figures = postmortem.figures
        shares = [(share.slo, float(share.consumed_pct)) for share in figures.budget if share.consumed_pct is not None]
        pictures = Pictures(postmortem.judged.title, _stages(figures), shares, _causes(postmortem))
        return page(self._postmortems.markdown(postmortem), pictures)

    def pdf(self, postmortem: Postmortem) -> bytes:
        """The same on paper; raises Invalid where what it takes is not installed."""
        return pdf(self.html(postmortem))

    def fishbone(self, postmortem: Postmortem) -> str:
        """Its fishbone as SVG."""
        return fishbone_svg(postmortem.judged.title, _causes(postmortem))

    def read(
        self, text: str, path: str = "postmortem.yaml"
    ) -> Mapping[str, Any]:  # Any: YAML, checked against its schema
        """Only the fields that stand in the file; raises Faults with their places, Invalid where it is not one postmortem."""
        report = parse_files([SourceFile(path, text)])
        if report.faults:
            raise Faults(list(report.faults))
        if [one.kind.word for one in report.resources] != ["postmortem"]:
            raise Invalid(
                "content", "is not one postmortem", hint="begin with what `watchbill postmortem export` writes"
            )
        return report.resources[0].spec.model_dump(mode="python", exclude_unset=True)


def _causes(postmortem: Postmortem) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for bone in postmortem.judged.fishbone:
        found.setdefault(bone.category, []).append(bone.cause)
    return found


def _stages(figures: Figures) -> list[tuple[str, int]]:
    """Minutes until it was noticed, then mitigated, then resolved; as far as they are known."""
    mitigate, resolve = figures.minutes_to_mitigate, figures.minutes_to_resolve
    known = [
        ("unnoticed", figures.minutes_to_detect),
        ("until mitigated", mitigate),
        ("until resolved", None if resolve is None else resolve - (mitigate or 0)),
    ]
    return [(name, max(0, minutes)) for name, minutes in known if minutes is not None]
