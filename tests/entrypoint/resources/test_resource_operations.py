"""The operations on resources, through the application: validate, diff, apply, export, single ones."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchbill.bootstrap import App
from watchbill.kernel.documents import ResourcesChanged
from watchbill.kernel.errors import Conflict, Faults, Invalid, NotFound
from watchbill.operations import resources
from watchbill.people.model import Actor, Role

OWNER = Actor(name="ann", role=Role.ADMIN, via="cli")
REMOTE = Actor(name="ci", role=Role.EDITOR, via="token")
BASE = """\
person: {name: ann, email: ann@example.org}
---
team: {name: shop, members: [ann]}
"""
SERVICES = """\
service: {name: checkout, owner_team: shop}
---
service: {name: payments, owner_team: shop, dependencies: {downstream: [checkout]}}
"""
Files = dict[str, str]


def _files(files: Files) -> list[Any]:
    return [{"path": path, "text": text} for path, text in files.items()]


def _apply(app: App, files: Files, who: Actor = OWNER, **options: bool) -> resources.AppliedView:
    given = resources.ApplyResources.model_validate({"files": _files(files), **options})
    with app.transaction() as s:
        return resources.apply(s, who, given)


def _diff(app: App, files: Files, *, prune: bool = False) -> resources.PlanView:
    given = resources.DiffResources.model_validate({"files": _files(files), "prune": prune})
    with app.reading() as s:
        return resources.diff(s, OWNER, given)


def _names(app: App) -> list[str]:
    with app.reading() as s:
        return [f"{one.kind}/{one.name}" for one in resources.list_all(s, OWNER, resources.ListResources())]


def _put(app: App, kind: str, name: str, spec: dict[str, Any], **more: Any) -> resources.ResourceView:
    with app.transaction() as s:
        return resources.put(s, more.pop("who", OWNER), resources.PutResource(kind=kind, name=name, spec=spec, **more))


def _delete(app: App, kind: str, name: str) -> resources.ResourceRow:
    with app.transaction() as s:
        return resources.delete(s, OWNER, resources.NamedResource(kind=kind, name=name))


def test_apply_creates_then_changes_then_leaves_alone(app: App) -> None:
    """Each step says what it did; the third says that nothing differs and saves nothing."""
    first = _apply(app, {"a.yaml": BASE, "b.yaml": SERVICES})
    second = _apply(app, {"a.yaml": BASE, "b.yaml": SERVICES.replace("checkout, o", "checkout, tier: critical, o")})
    third = _apply(app, {"a.yaml": BASE, "b.yaml": SERVICES.replace("checkout, o", "checkout, tier: critical, o")})

    assert [(one.action, one.name) for one in first.changes] == [
        ("create", "ann"),
        ("create", "shop"),
        ("create", "checkout"),
        ("create", "payments"),
    ]
    assert (first.applied, first.version) == (True, 1)
    [change] = second.changes
    assert [(one.field, one.old, one.new) for one in change.fields] == [("tier", None, "critical")]
    assert (second.unchanged, second.version) == (3, 2)
    assert (third.applied, third.changes, third.unchanged, third.version) == (False, [], 4, 2)


def test_what_was_applied_is_there_for_every_domain(app: App) -> None:
    """In the same transaction already, and in the next."""
    given = resources.ApplyResources.model_validate({"files": _files({"a.yaml": BASE + "---\n" + SERVICES})})
    with app.transaction() as s:
        assert s.catalog.list() == []
        resources.apply(s, OWNER, given)
        assert [one.name for one in s.catalog.list()] == ["checkout", "payments"]

    with app.reading() as s:
        assert [edge.callee for edge in s.catalog.upstream("checkout")] == ["payments"]
        assert [one.name for one in s.people.persons()] == ["ann"]


def test_a_dry_run_says_all_and_saves_nothing(app: App) -> None:
    """The plan of an apply that did not happen."""
    plan = _apply(app, {"a.yaml": BASE}, dry_run=True)

    assert (len(plan.changes), plan.applied, plan.version) == (2, False, 0)
    assert _names(app) == []


def test_one_error_anywhere_and_nothing_is_changed(app: App) -> None:
    """All faults of the run are named, warnings too, and the old configuration stays whole."""
    _apply(app, {"a.yaml": BASE, "b.yaml": SERVICES})
    before = _names(app)

    with pytest.raises(Faults) as refused:
        _apply(
            app,
            {
                "a.yaml": BASE.replace("ann@", "bad"),
                "b.yaml": "service: {name: x, owner_team: nobody}",
                "c.yaml": "service: {name: Y}",
            },
        )

    assert [(fault.path, fault.severity, fault.field) for fault in refused.value.faults] == [
        ("a.yaml", "error", "person.email"),
        ("b.yaml", "warning", "service.owner_team"),
        ("c.yaml", "error", "service.name"),
    ]
    assert str(refused.value) == "2 faults found, nothing was changed"
    assert _names(app) == before


def test_references_may_lead_to_what_is_stored(app: App) -> None:
    """A folder may hold a part; the rest is already there."""
    _apply(app, {"a.yaml": BASE})

    assert _apply(app, {"c.yaml": "team: {name: more, members: [ann]}"}).applied


def test_only_prune_deletes_and_only_what_came_from_files(app: App) -> None:
    """What people made by hand stays; so does everything without --prune."""
    _apply(app, {"a.yaml": BASE, "b.yaml": SERVICES})
    _put(app, "service", "by-hand", {"tier": "standard"})

    assert _diff(app, {"a.yaml": BASE}).changes == []
    plan = _apply(app, {"a.yaml": BASE}, prune=True)

    assert [(one.action, one.name, one.path) for one in plan.changes] == [
        ("delete", "checkout", "b.yaml"),
        ("delete", "payments", "b.yaml"),
    ]
    assert _names(app) == ["person/ann", "team/shop", "service/by-hand"]


def test_pruning_what_others_need_is_refused(app: App) -> None:
    """A team that was made by hand would point at nobody."""
    _apply(app, {"a.yaml": BASE, "b.yaml": SERVICES})
    _put(app, "team", "other", {"members": ["ann"]})

    with pytest.raises(Faults) as refused:
        _apply(app, {"b.yaml": SERVICES}, prune=True)

    assert [(one.field, one.reason) for one in refused.value.faults if one.severity == "error"] == [
        ("team.members[0]", "there is no person 'ann'")
    ]


def test_pruning_everything_by_accident_is_refused(app: App) -> None:
    """No file at all is a mistake, not a wish."""
    with pytest.raises(Invalid, match="would delete everything"):
        _apply(app, {}, prune=True)


def test_diff_shows_what_apply_does(app: App) -> None:
    """The same steps, before and then."""
    files = {"a.yaml": BASE, "b.yaml": SERVICES}

    shown = _diff(app, files)
    done = _apply(app, files)

    assert shown.changes == done.changes
    assert _diff(app, files).changes == []


def test_validate_counts_and_names_faults_and_changes_nothing(app: App) -> None:
    """Among what is stored."""
    _apply(app, {"a.yaml": BASE})
    given = resources.ResourceFiles.model_validate(
        {"files": _files({"b.yaml": SERVICES + "---\nteam: {name: x, members: [zoe]}"})}
    )

    with app.reading() as s:
        found = resources.validate(s, OWNER, given)

    assert (found.ok, found.resources) == (False, 3)
    assert [(one.line, one.column, one.field) for one in found.faults] == [(5, 27, "team.members[0]")]


def test_an_applied_change_is_told_and_audited(app: App) -> None:
    """One event with what was created, changed and deleted; one row of the audit log with the actor."""
    _apply(app, {"a.yaml": BASE})
    _apply(
        app, {"b.yaml": SERVICES, "a.yaml": BASE.replace("shop, m", "store, m").replace("shop", "store")}, prune=True
    )

    with app.reading() as s:
        rows = s.audit.list()
        events = [one.recorded.event for one in s.records.events()]
    assert [(row.actor, row.action, row.subject) for row in rows] == [
        ("ann", "resources.apply", "resources:1"),
        ("ann", "resources.apply", "resources:2"),
    ]
    assert events[-1] == ResourcesChanged(
        2, "ann", ("service/checkout", "service/payments", "team/store"), (), ("team/shop",)
    )


def test_a_resource_from_a_file_is_read_only(app: App) -> None:
    """And says from which file and line."""
    _apply(app, {"teams/a.yaml": BASE})

    with app.reading() as s:
        shown = resources.show(s, OWNER, resources.NamedResource(kind="team", name="shop"))
    assert (shown.read_only, shown.origin, shown.line) == (True, "teams/a.yaml", 3)
    assert shown.yaml == "team:\n  name: shop\n  members: [ann]\n"
    with pytest.raises(Conflict, match=r"comes from teams/a\.yaml:3 \(change it there, and apply the file\)"):
        _put(app, "team", "shop", {"members": []})
    with pytest.raises(Conflict, match=r"comes from teams/a\.yaml:3"):
        _delete(app, "team", "shop")


def test_the_origin_follows_the_file(app: App) -> None:
    """A resource that moved is unchanged, and its origin is true again."""
    _apply(app, {"a.yaml": BASE})

    moved = _apply(app, {"b.yaml": "# moved\n" + BASE})

    assert (moved.changes, moved.unchanged) == ([], 2)
    with app.reading() as s:
        shown = resources.show(s, OWNER, resources.NamedResource(kind="team", name="shop"))
    assert (shown.origin, shown.line, shown.revision) == ("b.yaml", 4, 1)


def test_a_resource_made_by_hand_is_put_changed_and_deleted(app: App) -> None:
    """Revisions count; a stale one is refused."""
    made = _put(app, "service", "web", {"tier": "critical", "language": ""}, revision=0)
    changed = _put(app, "service", "web", {"name": "web", "tier": "standard"}, revision=1)

    assert (made.spec, made.revision, made.origin, made.read_only) == (
        {"name": "web", "tier": "critical"},
        1,
        None,
        False,
    )
    assert (changed.revision, changed.changed_at) == (2, datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    with pytest.raises(Conflict, match="changed by somebody else"):
        _put(app, "service", "web", {"tier": "important"}, revision=1)
    assert _delete(app, "service", "web").name == "web"
    assert _names(app) == []


def test_putting_the_same_again_changes_nothing(app: App) -> None:
    """No new revision, no event."""
    _put(app, "service", "web", {"tier": "critical"})

    assert _put(app, "service", "web", {"tier": "critical"}).revision == 1


def test_put_names_every_fault_by_its_field(app: App) -> None:
    """The same models and checks as for files."""
    with pytest.raises(Faults) as refused:
        _put(app, "service", "web", {"tier": "vital", "severty": 1, "peak_rps": "10"})

    assert [(one.field, one.line) for one in refused.value.faults] == [
        ("service.tier", 0),
        ("service.peak_rps", 0),
        ("service.severty", 0),
    ]


def test_put_under_another_name_is_refused(app: App) -> None:
    """The address and the spec must agree."""
    with pytest.raises(Invalid, match="is 'b', but the address says 'a'"):
        _put(app, "service", "a", {"name": "b"})


@pytest.mark.parametrize(
    ("kind", "name", "spec"),
    [
        ("organisation", "organisation", {"name": "Lighthouse Goods"}),
        ("slo", "promise", {"service": "web", "sli": "ok", "target": 99.9, "burn_rate_alerts": []}),
        ("toil_item", "certs", {"name": "Renew certificates"}),
        ("capacity_model", "web", {"bottleneck_resource": "CPU"}),
        ("monthly_report", "2026-01", {"highlights": ["x"]}),
        ("auto_remediation", "disk_full", {"condition": "disk_usage > 85%"}),
        ("route", "first", {"match": ['a="b"']}),
    ],
)
def test_every_kind_of_name_can_be_put(app: App, kind: str, name: str, spec: dict[str, Any]) -> None:
    """The name of the address becomes the name, the id, the service, the period or the trigger."""
    _apply(app, {"a.yaml": "service: {name: web}\n---\nsli: {name: ok, measurement: {source: {push: {}}}}"})

    assert _put(app, kind, name, spec).name == name


def test_deleting_what_others_need_is_refused(app: App) -> None:
    """With the reference that would break."""
    _put(app, "person", "zoe", {"email": "zoe@example.org"})
    _put(app, "team", "other", {"members": ["zoe"]})

    with pytest.raises(Faults) as refused:
        _delete(app, "person", "zoe")

    assert [one.field for one in refused.value.faults] == ["team.members[0]"]


def test_an_unknown_resource_gets_the_nearest(app: App) -> None:
    """Kinds and names."""
    _apply(app, {"a.yaml": BASE})

    with app.reading() as s:
        with pytest.raises(NotFound, match=r"there is no team 'shpo' \(did you mean 'shop'\?\)"):
            resources.show(s, OWNER, resources.NamedResource(kind="team", name="shpo"))
        with pytest.raises(NotFound, match=r"there is no kind 'taem' \(did you mean 'team'\?\)"):
            resources.list_all(s, OWNER, resources.ListResources(kind="taem"))


LOGS = 'sli: {name: ok, measurement: {good: "status < 500", source: {logs: {path: %s}}}}'


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "relative.log", "/var/log/shop/../../../etc/passwd", "/var/log/shop/*/../../x"]
)
def test_log_files_named_over_the_network_lie_below_configured_roots(app: App, path: str) -> None:
    """The owner of the machine may name any file; a token only what the settings allow."""
    assert _apply(app, {"a.yaml": LOGS % path}, dry_run=True).changes

    with pytest.raises(Faults, match="1 fault found"):
        _apply(app, {"a.yaml": LOGS % path}, REMOTE, dry_run=True)
    with pytest.raises(Faults):
        _put(app, "sli", "ok", {"measurement": {"good": "true", "source": {"logs": {"path": path}}}}, who=REMOTE)


@pytest.mark.parametrize("layout", ["kind", "resource"])
def test_an_export_applied_elsewhere_is_the_same(app: App, layout: str) -> None:
    """One file a kind or one a resource: nothing differs when it comes back."""
    _apply(app, {"a.yaml": BASE, "b.yaml": SERVICES})
    given = resources.ExportResources.model_validate({"layout": layout})
    with app.reading() as s:
        files = {file.path: file.text for file in resources.export(s, OWNER, given).files}

    plan = _diff(app, files, prune=True)

    assert (plan.changes, plan.unchanged) == ([], 4)
    assert sorted(files) == (
        ["person.yaml", "service.yaml", "team.yaml"]
        if layout == "kind"
        else ["person/ann.yaml", "service/checkout.yaml", "service/payments.yaml", "team/shop.yaml"]
    )


def test_export_of_one_resource(app: App) -> None:
    """By kind and name; an unknown one is not found."""
    _apply(app, {"a.yaml": BASE})

    with app.reading() as s:
        files = resources.export(s, OWNER, resources.ExportResources(kind="team", name="shop")).files
        with pytest.raises(NotFound):
            resources.export(s, OWNER, resources.ExportResources(kind="team", name="other"))

    assert [(one.path, one.text) for one in files] == [("team.yaml", "team:\n  name: shop\n  members: [ann]\n")]


STEP = st.tuples(
    st.sampled_from(["apply", "prune", "put", "delete"]),
    st.sets(st.sampled_from("abcd")),
    st.sampled_from(["critical", "standard"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=8))
def test_any_order_of_writes_keeps_one_consistent_state(app: App, steps: list[tuple[str, set[str], str]]) -> None:
    """Files and hands in any order: what is stored is what a simple model of the rules says."""
    with app.transaction() as s:
        s.documents.write([], [one.key for one in s.documents.all()], expected=s.documents.version())
    model: dict[str, tuple[str, bool]] = {}  # name -> tier, from a file
    for action, names, tier in steps:
        files = {"a.yaml": "\n---\n".join(f"service: {{name: {name}, tier: {tier}}}" for name in sorted(names))}
        if action in {"apply", "prune"} and names:
            _apply(app, files, prune=action == "prune")
            if action == "prune":
                model = {name: kept for name, kept in model.items() if not kept[1]}
            model |= dict.fromkeys(names, (tier, True))
        for name in sorted(names) if action in {"put", "delete"} else ():
            try:
                _put(app, "service", name, {"tier": tier}) if action == "put" else _delete(app, "service", name)
            except (Conflict, NotFound):
                assert model.get(name, ("", action == "delete"))[1]
            else:
                model = {key: value for key, value in model.items() if key != name}
                model |= {name: (tier, False)} if action == "put" else {}

    with app.reading() as s:
        assert {one.name: (one.spec["tier"], one.origin is not None) for one in s.documents.all()} == model
        assert {one.name: one.tier.value for one in s.catalog.list()} == {
            name: tier for name, (tier, _) in model.items()
        }


def test_a_thousand_services_stay_fast(app: App) -> None:
    """Reading 2,000 documents takes processor time once; an unchanged state takes next to none; one change well under a second."""
    parts = [f"service: {{name: s{number}, dependencies: {{upstream: [s{number + 1}]}}}}" for number in range(1_000)]
    parts += [f"sli: {{name: i{number}, measurement: {{source: {{push: {{}}}}}}}}" for number in range(1_000)]
    _apply(app, {"a.yaml": "\n---\n".join(parts)})
    spent = {}
    for what in ("first", "again", "after a change"):
        if what == "after a change":
            _put(app, "service", "by-hand", {"tier": "critical"})
        began = time.process_time()
        with app.reading() as s:
            assert len(s.catalog.list()) >= 1_000
        spent[what] = time.process_time() - began

    assert spent["first"] < 1
    assert spent["again"] < 0.02
    assert spent["after a change"] < 0.5
