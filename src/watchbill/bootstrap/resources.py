"""Resource files without a database: reading, checking, schemas; and applying a folder at the start of a server."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchbill.adapters.resources.checks import PredicateCheck
from watchbill.adapters.resources.files import SourceFile, read_paths
from watchbill.adapters.resources.plan import Plan
from watchbill.adapters.resources.schema import schema
from watchbill.adapters.resources.validation import Report, parse_files, validate
from watchbill.kernel.errors import Faults
from watchbill.people.model import Actor, Role

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App

__all__ = ["PREDICATES", "apply_folder", "may_ask", "may_read", "resource_files", "resource_schema", "validate_files"]

# The folder is the owner's own: it was named at the start of the process.
_OWNER = Actor(name="specs", role=Role.ADMIN, via="cli")


def validate_files(paths: Sequence[str | Path | tuple[str, str]]) -> Report:
    """Check files and folders, or (path, text) pairs, as the whole truth; raises NotFound for a path that is not there."""
    read = read_paths([path for path in paths if not isinstance(path, tuple)])
    given = [SourceFile(*path) for path in paths if isinstance(path, tuple)]
    return validate([*read.files, *given], PREDICATES, unread=read.faults)


def resource_files(path: str | Path) -> list[tuple[str, str]]:
    """The files of a folder (or one file) with their text; raises Faults, with all there are, where one cannot be read."""
    read = read_paths([path])
    if any(fault.severity == "error" for fault in read.faults):
        raise Faults(validate(read.files, PREDICATES, unread=read.faults).faults)
    return [(file.path, file.text) for file in read.files]


def resource_schema(kind: str | None = None) -> dict[str, Any]:  # Any: JSON Schema
    """The JSON Schema of one kind or of any document."""
    return schema(kind)


def apply_folder(app: "App", folder: str | Path, *, prune: bool = False) -> Plan:
    """Apply a folder in one transaction, as `serve --specs` does at start and on reload; raises Faults, changing nothing."""
    files = [SourceFile(*file) for file in resource_files(folder)]
    parse_files(files)  # remembered: reading YAML inside the transaction would keep other writers waiting
    with app.transaction() as s:
        plan, _, _ = s.resources.apply(files, _OWNER, prune=prune)
    return plan


def may_read(path: str, *, roots: Iterable[Path], addresses: Callable[[str], bool] | None = None) -> bool:
    """Whether a file or glob lies below one of the roots, links and `..` resolved as far as the glob is plain.

    An address may be read where the allow-list of logs names it.
    """
    if "://" in path:
        return addresses is not None and addresses(path)
    if not Path(path).is_absolute():
        return False
    plain = Path(*_plain_parts(Path(path)))
    target = plain.resolve()
    inside = any(target.is_relative_to(root.resolve()) for root in roots)
    return inside and ".." not in Path(path).parts[len(plain.parts) :]


def may_ask(host: str, *, hosts: Iterable[str]) -> bool:
    """Whether a host is in the list: by its name, as an address in a network of it, or below a `*.example.org`."""
    name = host.lower().rstrip(".")
    try:
        address = ip_address(name.strip("[]"))
    except ValueError:
        return any(name == one.lower() or (one.startswith("*.") and name.endswith(one[1:].lower())) for one in hosts)
    return any(address in network for one in hosts if (network := _network(one)) is not None)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _plain_parts(path: Path) -> list[str]:
    parts = []
    for part in path.parts:
        if any(sign in part for sign in "*?["):
            break
        parts.append(part)
    return parts


def _doubts(text: str) -> Iterable[str]:
    # A whole SQL parser: only who writes conditions has to wait for it.
    from watchbill.adapters.measure.predicates import predicate

    return predicate(text).doubts


def _prose(text: str) -> str | None:
    from watchbill.adapters.measure.predicates import Prose, exclusion

    found = exclusion(text)
    return found.doubt if isinstance(found, Prose) else None


PREDICATES = PredicateCheck(condition=_doubts, exclusion=_prose)
