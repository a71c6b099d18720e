"""Use cases of resources: validate, diff, apply, export, and single ones for the web pages and the API."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from watchbill.adapters.resources import emit
from watchbill.adapters.resources.checks import PredicateCheck, World
from watchbill.adapters.resources.fields import Spec
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.kinds import KINDS, kind_named
from watchbill.adapters.resources.loading import parse_spec
from watchbill.adapters.resources.parsed import Parsed, in_order, nowhere
from watchbill.adapters.resources.plan import Plan, planned
from watchbill.adapters.resources.reading.nodes import without_absent
from watchbill.adapters.resources.schema import schema
from watchbill.adapters.resources.sources import foreign_hosts, foreign_paths
from watchbill.adapters.resources.validation import Report, among, checked, parse_files
from watchbill.kernel.audit import AuditLog
from watchbill.kernel.clock import Clock
from watchbill.kernel.documents import Document, Documents, DocumentVersion, ResourcesChanged
from watchbill.kernel.errors import Conflict, Fault, Faults, Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.people.model import Actor

__all__ = ["ResourceService"]

Json = Any  # Any: JSON has no better type
# Ways in that only the owner of the data directory has: what comes through them may name files anywhere.
_OWNER = frozenset({"cli", "socket"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceService:
    """Resources within one transaction.

    `spec_of` reads a stored document; None for one that this version cannot read. `changed` is called after every write, so
    that readers in the same transaction see it. `may_read` says whether a log file lies below a configured root, `may_ask` whether a host may
    be asked that was named over the network.
    """

    documents: Documents
    predicates: PredicateCheck
    events: EventSink
    audit: AuditLog
    clock: Clock
    spec_of: Callable[[Document], Spec | None]
    changed: Callable[[], None]
    may_read: Callable[[str], bool]
    may_ask: Callable[[str], bool]

    # --- many at once

    def validate(self, files: Sequence[SourceFile], who: Actor) -> Report:
        """All faults of the files among the stored resources; nothing is changed."""
        report = among(parse_files(files), self.predicates, self._stored(self.documents.all()))
        return replace(report, faults=(*report.faults, *self._forbidden(report.resources, who)))

    def diff(self, files: Sequence[SourceFile], who: Actor, *, prune: bool = False) -> Plan:
        """What applying would change; raises Faults with every fault where it could not be applied."""
        return self._plan(files, who, prune=prune)[0]

    def apply(
        self, files: Sequence[SourceFile], who: Actor, *, prune: bool = False, dry_run: bool = False
    ) -> tuple[Plan, DocumentVersion, bool]:
        """Everything or nothing, in the running transaction: the plan, the version after it, and whether it was saved.

        `prune` deletes what came from files and is in none of these. A resource that was made by hand becomes the file's.
        Raises Faults for errors and Conflict where somebody else changed resources meanwhile.
        """
        version = self.documents.version()
        plan, given, stored = self._plan(files, who, prune=prune)
        touched = {(step.kind, step.name) for step in plan.steps if step.action != "delete"}
        put = [_document(one, stored.get(one.key), who.name, self.clock.now()) for one in given if one.key in touched]
        put += [replace(stored[one.key], origin=one.path, line=one.line) for one in plan.moved]
        drop = [(step.kind, step.name) for step in plan.steps if step.action == "delete"]
        if dry_run or not (put or drop):
            return plan, version, False
        version = self.documents.write(put, drop, expected=version)
        if plan.steps:
            self._tell(plan, version, who, "resources.apply")
        self.changed()
        return plan, version, True

    def export(self, *, kind: str | None = None, name: str | None = None, layout: str = "kind") -> list[SourceFile]:
        """The resources as files: one a kind (`slo.yaml`), or one each (`slo/checkout-availability.yaml`)."""
        if kind is not None:
            kind_named(kind)
        if kind is not None and name is not None:
            self.show(kind, name)
        chosen = [
            one for one in self._written() if kind in {None, one.kind.word} and name in {None, one.name}
        ]  # fmt: skip
        if layout == "resource":
            return [
                SourceFile(f"{one.kind.word}/{one.name}.yaml", emit.document_text(one.kind.word, one.written))
                for one in chosen
            ]
        by_kind = {word: [(word, one.written) for one in chosen if one.kind.word == word] for word in KINDS}
        return [SourceFile(f"{word}.yaml", emit.file_text(specs)) for word, specs in by_kind.items() if specs]

    def schema(self, kind: str | None = None) -> dict[str, Json]:
        """The JSON Schema of one kind, or of any document."""
        return schema(kind)

    # --- single ones

    def all(self, kind: str | None = None) -> Sequence[Document]:
        """All documents, or those of one kind, in the order of the kinds."""
        if kind is not None:
            kind_named(kind)
        order = {word: place for place, word in enumerate(KINDS)}
        found = [one for one in self.documents.all() if kind in {None, one.kind}]
        return sorted(found, key=lambda one: (order.get(one.kind, len(order)), one.name))

    def show(self, kind: str, name: str) -> Document:
        """One document; raises NotFound with near names."""
        kind_named(kind)
        found = self.documents.get(kind, name)
        if found is None:
            raise NotFound(kind.replace("_", " "), name, known=[one.name for one in self.all(kind)])
        return found

    def text(self, document: Document) -> str:
        """The document as YAML."""
        return emit.document_text(document.kind, document.spec)

    def put(
        self, kind: str, name: str, spec: Mapping[str, Json], who: Actor, *, revision: int | None = None
    ) -> Document:
        """Create or replace one; raises Faults for errors, Conflict for one from a file or changed meanwhile."""
        version, old = self.documents.version(), self.documents.get(kind_named(kind).word, name)
        self._check_writable(old, revision)
        parsed = self._parsed(kind, name, spec)
        stored = [one for one in self._stored(self.documents.all()) if one.key != parsed.key]
        world = World([*stored, parsed], self.predicates)
        faults = [*checked([parsed], world), *self._forbidden([parsed], who)]
        if any(fault.severity == "error" for fault in faults):
            raise Faults(in_order(faults))
        document = _document(parsed, old, who.name, self.clock.now())
        if old is not None and old.spec == document.spec:
            return old
        plan = planned([parsed], {old.key: old} if old else {}, (), faults)
        self._tell(plan, self.documents.write([document], [], expected=version), who, "resources.put")
        self.changed()
        return document

    def delete(self, kind: str, name: str, who: Actor) -> Document:
        """Delete one; raises Conflict for one from a file, Faults where others need it."""
        version, old = self.documents.version(), self.show(kind, name)
        self._check_writable(old, None)
        broken = self._broken_without([old])
        if broken:
            raise Faults(broken)
        plan = planned((), {}, [old], ())
        self._tell(plan, self.documents.write([], [old.key], expected=version), who, "resources.delete")
        self.changed()
        return old

    # --- inside

    def _plan(
        self, files: Sequence[SourceFile], who: Actor, *, prune: bool
    ) -> tuple[Plan, Sequence[Parsed], Mapping[tuple[str, str], Document]]:
        if prune and not files:
            raise Invalid("prune", "without any file this would delete everything", hint="name the files that stay")
        documents = self.documents.all()
        stored = {one.key: one for one in documents}
        report = parse_files(files)
        given = {one.key for one in report.resources}
        gone = [one for one in documents if prune and one.origin is not None and one.key not in given]
        gone_keys = {one.key for one in gone}
        staying = [one for one in documents if one.key not in gone_keys]
        report = among(report, self.predicates, self._stored(staying))
        faults = [*report.faults, *self._forbidden(report.resources, who)]
        faults += self._broken_without(gone, given=report.resources)
        if any(fault.severity == "error" for fault in faults):
            raise Faults(in_order(faults))
        return planned(report.resources, stored, gone, in_order(faults)), report.resources, stored

    def _broken_without(self, gone: Sequence[Document], *, given: Sequence[Parsed] = ()) -> list[Fault]:
        """Errors in resources that stay, and that only come from these going."""
        if not gone:
            return []
        keys = {one.key for one in gone} | {one.key for one in given}
        documents = self.documents.all()
        staying = self._stored([one for one in documents if one.key not in keys])
        before = set(checked(staying, World(self._stored(documents), self.predicates)))
        after = checked(staying, World([*staying, *given], self.predicates))
        return [fault for fault in after if fault.severity == "error" and fault not in before]

    def _forbidden(self, resources: Iterable[Parsed], who: Actor) -> list[Fault]:
        """Log files outside of the configured roots and hosts outside of the list, named by somebody who is not the owner of this machine."""
        if who.via in _OWNER:
            return []
        return [
            one.fault(found)
            for one in resources
            for found in (*foreign_paths(one, self.may_read), *foreign_hosts(one, self.may_ask))
        ]

    def _parsed(self, kind: str, name: str, spec: Mapping[str, Json]) -> Parsed:
        known = kind_named(kind)
        data = without_absent(dict(spec))
        data = data if isinstance(data, dict) else {}
        if known.id_field in known.model.model_fields and not known.naming.startswith("there is one"):
            data = {known.id_field: name} | data
        parsed = parse_spec(known, data, path="", node=nowhere())
        if not isinstance(parsed, Parsed):
            raise Faults(parsed)
        if parsed.name != name:
            raise Invalid(
                known.id_field, f"is {parsed.name!r}, but the address says {name!r}", hint="make them the same"
            )
        return parsed

    def _check_writable(self, old: Document | None, revision: int | None) -> None:
        if old is not None and old.origin is not None:
            raise Conflict(
                f"{old.kind} {old.name!r} comes from {old.origin}:{old.line}",
                hint="change it there, and apply the file",
            )
        if revision is not None and revision != (old.revision if old else 0):
            raise Conflict("it was changed by somebody else meanwhile", hint="load it again")

    def _written(self) -> list[Parsed]:
        order = {word: place for place, word in enumerate(KINDS)}
        return sorted(self._stored(self.documents.all()), key=lambda one: (order[one.kind.word], one.name))

    def _stored(self, documents: Iterable[Document]) -> list[Parsed]:
        """Stored documents as resources; those that this version cannot read any more are left out."""
        specs = ((one, self.spec_of(one)) for one in documents)
        return [
            Parsed(KINDS[one.kind], one.name, spec, one.origin or "", nowhere())
            for one, spec in specs
            if spec is not None
        ]

    def _tell(self, plan: Plan, version: DocumentVersion, who: Actor, action: str) -> None:
        by_action: dict[str, tuple[str, ...]] = {
            action: tuple(f"{step.kind}/{step.name}" for step in plan.steps if step.action == action)
            for action in ("create", "change", "delete")
        }
        event = ResourcesChanged(
            version.number, who.name, by_action["create"], by_action["change"], by_action["delete"]
        )
        self.events.publish(event, subject=f"resources:{version.number}", cause=None)
        details = {action: list(names) for action, names in by_action.items() if names}
        self.audit.record(who.name, action, f"resources:{version.number}", details)


def _document(parsed: Parsed, old: Document | None, by: str, at: datetime) -> Document:
    return Document(
        kind=parsed.kind.word,
        name=parsed.name,
        spec=parsed.written,
        origin=parsed.path or None,
        line=parsed.line,
        revision=(old.revision if old else 0) + 1,
        changed_by=by,
        changed_at=at,
    )
