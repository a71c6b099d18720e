"""Documents of other tools: OpenSLO v1, Sloth, Pyrra, Prometheus rules, Backstage. What has no counterpart is never lost silently."""

from watchbill.adapters.resources.foreign.documents import Foreign, Given, converted, is_foreign

__all__ = ["Foreign", "Given", "converted", "is_foreign"]
