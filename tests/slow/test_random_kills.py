"""A dozen random kills under 50 alerts a second, by a seed that is printed: the larger run is `python -m bench.kill_run`."""

from pathlib import Path

import pytest
from bench.kill_run import RESOURCES, kill_run
from tests.slow.post import Post
from tests.slow.servers import Watchbill

pytestmark = [pytest.mark.slow]

KILLS, SEED = 12, 20_261_124
MOST_AT_ONCE = 8  # deliveries under way at the moment of a death


def test_random_kills_under_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything accepted is there and paged, no acknowledgement is lost, repeats carry the id of the first."""
    mail = Post()
    mail.start()
    server = Watchbill(tmp_path / "server", specs=RESOURCES, environment={"WATCHBILL_SMTP_URL": mail.url})
    try:
        account = kill_run(server, mail, kills=KILLS, seed=SEED)
    finally:
        server.kill()
        mail.stop()
    with capsys.disabled():
        print(f"\nseed {SEED}: {account.line()}")  # noqa: T201 - the one line that a reader of the log looks for

    assert account.accepted > 20
    assert account.pages > 0
    assert (account.lost, account.acks_lost) == (0, 0)
    assert account.paged == account.pages
    assert account.late == 0
    assert account.ids_per_page == 1
    assert account.duplicates <= KILLS * MOST_AT_ONCE
