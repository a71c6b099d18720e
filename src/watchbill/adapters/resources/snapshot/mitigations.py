"""Mitigations from their specs."""

import shlex

from watchbill.adapters.resources.kinds.mitigation import MitigationOptionSpec
from watchbill.incidents.model import Mitigation, MitigationKind

__all__ = ["mitigation"]


def mitigation(spec: MitigationOptionSpec, name: str) -> Mitigation:
    """A mitigation; a command given as argv is quoted as a shell would need it."""
    command = shlex.join(spec.command) if isinstance(spec.command, list) else spec.command
    return Mitigation(
        name=name,
        title=spec.title,
        kind=MitigationKind(spec.kind),
        services=tuple(spec.services),
        when=spec.when or "",
        command=command,
        webhook=spec.webhook,
        values=dict(spec.values),
        expected=spec.expected or "",
        if_unexpected=spec.if_unexpected or "",
        approval=bool(spec.approval),
    )
