"""Each tracker is asked as its vendor documents it, and an action item and its issue are alike afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.vendors import TOKEN, GitHub, GitLab, Jira, JiraServer, Vendor, running

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.trackers import Trackers, read_trackers
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import ActionItemId
from watchbill.oncall.model import Outcome
from watchbill.postmortems.model import (
    ActionLink,
    ActionPriority,
    ActionStatus,
    ActionType,
    IssueCall,
    Mirrored,
    Synced,
)

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OPEN, IN_PROGRESS, DONE = ActionStatus
TABLES: dict[type[Vendor], str] = {
    GitHub: 'kind = "github"\nrepository = "acme/shop"\n[shop.people]\nann = "ann-gh"\n',
    GitLab: 'kind = "gitlab"\nproject = "acme/shop"\n[shop.people]\nann = "42"\n',
    Jira: 'kind = "jira"\nproject = "SHOP"\nemail = "ana@shop.test"\n[shop.people]\nann = "5b10"\n',
    JiraServer: 'kind = "jira"\nproject = "SHOP"\n[shop.people]\nann = "ann.l"\n',
}
MINE = Mirrored("check query plans in CI", ActionType.PREVENT, ActionPriority.P1, OPEN, "ann", date(2026, 12, 10))


@pytest.fixture(scope="module")
def caller() -> Iterator[HttpCaller]:
    """Calls anything on this machine."""
    made = HttpCaller(Fence(("127.0.0.0/8",)), monotonic=SystemClock().monotonic)
    yield made
    made.close()


@pytest.fixture(params=TABLES, ids=lambda vendor: vendor.__name__)
def vendor(request: pytest.FixtureRequest) -> Iterator[Vendor]:
    """Each vendor in turn; at the end nothing was asked that it does not document."""
    with running(request.param()) as served:
        yield served
    assert served.refused == []


@pytest.fixture
def trackers(vendor: Vendor, caller: HttpCaller, tmp_path: Path) -> Trackers:
    """The tracker `shop`, as a file sets it up, with the token in a file of its own."""
    return _read(tmp_path, caller, f'[shop]\nurl = "{vendor.url}"\n{_token(tmp_path)}{TABLES[type(vendor)]}')


def _token(folder: Path) -> str:
    (folder / "token").write_text(TOKEN + "\n", "utf-8")
    return f'token_file = "{folder / "token"}"\n'


def _read(folder: Path, caller: HttpCaller, text: str) -> Trackers:
    file = folder / "trackers.toml"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    return read_trackers(file, caller, {})


def _call(ours: Mirrored = MINE, **link: Any) -> IssueCall:  # Any: fields of ActionLink
    linked = ActionLink(ActionItemId("act_1"), "shop", AT, **link)
    return IssueCall(linked, "AI-7", ours, "http://wb.test/postmortems/pm_1#actions", "watchbill:act_1", AT, 1)


def _agreed(trackers: Trackers) -> tuple[Synced, Callable[[Mirrored], Synced]]:
    """The issue made, and how the item meets it again."""
    made = trackers.meet(_call())

    def again(ours: Mirrored) -> Synced:
        return trackers.meet(_call(ours, issue=made.issue, base=made.agreed))

    return made, again


def _close(vendor: Vendor) -> None:
    """Somebody finishes it there."""
    issue = vendor.issues[0]
    if isinstance(vendor, Jira):
        issue["fields"]["status"] = {"name": "Done", "statusCategory": {"key": "done"}}
    else:
        issue["state"] = "closed"


def _assignee(vendor: Vendor) -> Any:  # Any: as the vendor says it
    issue = vendor.issues[0]
    if isinstance(vendor, Jira):
        person = issue["fields"]["assignee"]
        return person and next(iter(person.values()))
    people = issue["assignees"]
    return str(next(iter(people[0].values()))) if people else None


def test_an_item_becomes_an_issue_once(vendor: Vendor, trackers: Trackers) -> None:
    """With words, label, owner and a marker; a repeat after a crash finds it and makes no second one."""
    made = trackers.meet(_call())
    again = trackers.meet(_call())

    assert made.outcome is again.outcome is Outcome.DELIVERED
    assert (made.issue, made.url) == (again.issue, again.url)
    assert made.url is not None
    assert made.url.startswith("http")
    assert len(vendor.issues) == 1
    assert "AI-7: check query plans in CI" in str(vendor.issues[0])
    assert "watchbill:act_1" in str(vendor.issues[0])
    assert _assignee(vendor) in {"ann-gh", "42", "5b10", "ann.l"}


def test_nothing_changed_asks_once_and_writes_nothing(vendor: Vendor, trackers: Trackers) -> None:
    """Looking is one GET."""
    _made, again = _agreed(trackers)
    vendor.asked.clear()
    assert again(MINE).taken == {}
    assert [one.split()[0] for one in vendor.asked] == ["GET"]


def test_what_changes_here_changes_there(vendor: Vendor, trackers: Trackers) -> None:
    """Under way, done, and open again; the deadline and the owner as well, where the vendor knows them."""
    made, again = _agreed(trackers)
    ours, base = MINE, made.agreed
    for status in (IN_PROGRESS, DONE, OPEN):
        ours = replace(ours, status=status)
        met = trackers.meet(_call(ours, issue=made.issue, base=base))
        assert (met.outcome, met.taken) == (Outcome.DELIVERED, {})
        base = met.agreed
        assert trackers.meet(_call(ours, issue=made.issue, base=base)).taken == {}
    moved = replace(ours, owner=None, deadline=date(2027, 1, 7), description="check plans of migrations")
    trackers.meet(_call(moved, issue=made.issue, base=base))
    assert _assignee(vendor) is None
    assert "check plans of migrations" in str(vendor.issues[0])
    assert "2027-01-07" in str(vendor.issues[0])
    assert again is not None


def test_what_changes_there_changes_here(vendor: Vendor, trackers: Trackers) -> None:
    """An issue that was closed is an item that is done."""
    _made, again = _agreed(trackers)
    _close(vendor)
    met = again(MINE)

    assert met.taken == {"status": DONE}
    assert met.agreed is not None
    assert met.agreed.status is DONE


def test_an_assignee_whom_nobody_knows_is_left_alone(vendor: Vendor, trackers: Trackers) -> None:
    """The file names no such person: neither side's owner is changed for that."""
    _made, again = _agreed(trackers)
    if isinstance(vendor, Jira):
        vendor.issues[0]["fields"]["assignee"] = {"name" if vendor.server else "accountId": "zoe"}
    else:
        vendor.issues[0]["assignees"] = [{"id": 77} if isinstance(vendor, GitLab) else {"login": "zoe"}]
    met = again(replace(MINE, status=IN_PROGRESS))

    assert met.taken == {}
    assert _assignee(vendor) in {"zoe", "77"}


def test_an_item_that_is_done_already_becomes_a_closed_issue(vendor: Vendor, trackers: Trackers) -> None:
    """What was finished before the link is not open there."""
    made = trackers.meet(_call(replace(MINE, status=DONE)))

    assert made.outcome is Outcome.DELIVERED
    assert "closed" in str(vendor.issues[0]) or "'done'" in str(vendor.issues[0])


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "wait"),
    [
        (500, {}, Outcome.TEMPORARY, None),
        (429, {"Retry-After": "60"}, Outcome.TEMPORARY, 60.0),
        (401, {}, Outcome.PERMANENT, None),
        (403, {}, Outcome.PERMANENT, None),
        (
            403,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(AT.timestamp()) + 90)},
            Outcome.TEMPORARY,
            90.0,
        ),
    ],
)
def test_a_failure_says_whether_to_try_again(
    status: int, headers: dict[str, str], outcome: Outcome, wait: float | None, caller: HttpCaller, tmp_path: Path
) -> None:
    """Never an exception, never the token."""
    with running(GitHub()) as vendor:
        trackers = _read(tmp_path, caller, f'[shop]\nurl = "{vendor.url}"\n{_token(tmp_path)}{TABLES[GitHub]}')
        vendor.script.append((status, headers))
        failed = trackers.meet(_call())

    assert (failed.outcome, failed.retry_after_s) == (outcome, wait)
    assert TOKEN not in failed.answer


def test_a_tracker_that_is_away_is_tried_again(caller: HttpCaller, tmp_path: Path) -> None:
    """Nobody listens."""
    trackers = _read(tmp_path, caller, f'[shop]\nurl = "http://127.0.0.1:9"\n{_token(tmp_path)}{TABLES[GitHub]}')

    assert trackers.meet(_call()).outcome is Outcome.TEMPORARY
    assert trackers.meet(replace(_call(), link=replace(_call().link, tracker="nil"))).outcome is Outcome.PERMANENT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[shop", "is not TOML"),
        ('[shop]\nkind = "gihub"\n', "kind is 'gihub'"),
        ('[shop]\nkind = "github"\n', "lacks repository"),
        ('[shop]\nkind = "github"\nrepositry = "a/b"\n', "has no 'repositry'"),
        ('[shop]\nkind = "github"\nrepository = "a/b"\n', "needs one of token_file"),
        ('[shop]\nkind = "github"\nrepository = "a/b"\ntoken = "a b"\n', "what no header can"),
        ('[shop]\nkind = "github"\nrepository = "a/b"\ntoken_env = "NO_SUCH"\n', "NO_SUCH is not set"),
        ('[shop]\nkind = "github"\nrepository = "a/b"\ntoken_file = "/nowhere"\n', "cannot be read"),
        ('[shop]\nkind = "jira"\nproject = "A"\nurl = "jira"\ntoken = "x"\n', "is not a web address"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(text: str, said: str, caller: HttpCaller, tmp_path: Path) -> None:
    """With the table and the key."""
    with pytest.raises(Invalid, match=said):
        _read(tmp_path, caller, text)


def test_who_takes_what_is_told_by_the_file(caller: HttpCaller, tmp_path: Path) -> None:
    """One takes what no other takes for its services; two that take all contradict each other; others may not read it."""
    one = '[{}]\nkind = "github"\nrepository = "a/b"\ntoken = "x"\n{}\n'
    read = _read(tmp_path, caller, one.format("a", 'takes = "all"') + one.format("b", 'services = ["checkout"]'))
    assert (read.names(), read.taking("checkout"), read.taking("wiki"), read.taking(None)) == (
        ["a", "b"],
        "b",
        "a",
        "a",
    )
    with pytest.raises(Invalid, match="both take all"):
        _read(tmp_path, caller, one.format("a", 'takes = "all"') + one.format("b", 'takes = "all"'))
    (tmp_path / "trackers.toml").chmod(0o644)
    with pytest.raises(Invalid, match="can be read by others"):
        read_trackers(tmp_path / "trackers.toml", caller)
