"""What the channels file says about chat, and what is said where it makes no sense."""

from pathlib import Path

import pytest

from watchbill.adapters.notify.chat.setup import set_up
from watchbill.adapters.notify.providers import Callers, read_channels, read_tables
from watchbill.chat.model import Provider
from watchbill.incidents.model import Severity
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Invalid


def _file(folder: Path, text: str) -> Path:
    file = folder / "channels.toml"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    return file


def test_a_table_that_only_sends_pages_listens_to_nobody(callers: Callers, tmp_path: Path) -> None:
    """Nothing is loaded for it, and no loop is run."""
    tables = (
        '[slack]\ntoken = "x"\n[mattermost]\nurl = "https://a"\ntoken = "x"\n[matrix]\nurl = "https://a"\ntoken = "x"\n'
    )
    file = _file(tmp_path, tables)

    assert set_up(file, read_tables(file), callers, SystemClock(), str) == {}
    assert [one.name for one in read_channels(file, callers)] == ["slack", "mattermost", "matrix"]


def test_rooms_imply_listening(callers: Callers, tmp_path: Path) -> None:
    """People who are named are known, with or without the @; Slack hears only with its second token."""
    text = '[matrix]\nurl = "https://a"\ntoken = "x"\nrooms = "sev2"\n[matrix.people]\n"@ann:a" = "@ann"\n[slack]\ntoken = "x"\nrooms = "all"\n'
    found = set_up(_file(tmp_path, text), read_tables(_file(tmp_path, text)), callers, SystemClock(), str)

    assert (found[Provider.MATRIX].chat.rooms, found[Provider.SLACK].chat.rooms) == (Severity.SEV2, Severity.SEV4)
    assert (found[Provider.MATRIX].ear is not None, found[Provider.SLACK].ear) == (True, None)
    assert found[Provider.MATRIX].chat.people == {"@ann:a": "ann"}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[matrix]\nurl = "https://a"\ntoken = "x"\nrooms = "P0"', "not a severity"),
        ('[matrix]\nurl = "https://a"\ntoken = "x"\nlisten = "maybe"', "neither yes nor no"),
        ('[mattermost]\nurl = "https://a"\ntoken = "x"\nrooms = "SEV1"', "rooms are made in a team"),
        ('[matrix]\nurl = "https://a"\ntoken = "x"\nlisten = "yes"\n[matrix.people]\nx = 1', "names no person"),
        ('[matrix]\nurl = "https://a"\ntoken = "x"\nlisten = "yes"\nca = "/nowhere.pem"', "cannot be read as certificates"),
    ],
    ids=["severity", "listen", "team", "people", "ca"],
)  # fmt: skip
def test_what_makes_no_sense_says_where(callers: Callers, tmp_path: Path, table: str, says: str) -> None:
    """File, table, and what is wrong."""
    file = _file(tmp_path, table)

    with pytest.raises(Invalid) as wrong:
        set_up(file, read_tables(file), callers, SystemClock(), str)

    assert says in f"{wrong.value} {wrong.value.hint}"
    assert str(file) in str(wrong.value)
