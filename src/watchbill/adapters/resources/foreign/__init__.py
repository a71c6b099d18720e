"""Documents of other tools: OpenSLO v1 and Backstage catalog-info. What has no counterpart here is a warning, never lost silently."""

from watchbill.adapters.resources.foreign.documents import Foreign, converted, is_foreign

__all__ = ["Foreign", "converted", "is_foreign"]
