"""The actions file says what may be run, and a wrong one is refused with the place of its fault."""

from pathlib import Path

import pytest

from watchbill.adapters.act.allow_list import FileAllowList, read_actions
from watchbill.kernel.errors import Invalid

GOOD = """
[commands.kubectl]
program = "/usr/bin/kubectl"
allow = [["rollout", "undo|status", "deployment/[a-z0-9-]+"], ["get", "pods", "..."]]
timeout = "2m"
dry_run = ["--dry-run=server"]
environment = {KUBECONFIG = "/etc/watchbill/kubeconfig"}
approval = true

[webhooks.deployer]
url = "https://deploy.example.org/rollback"
dry_run = true

[placeholders]
shard = "[0-9]{1,3}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that only its owner can read."""
    made = tmp_path / "actions.toml"
    made.touch(mode=0o600)
    return made


def read(file: Path, text: str) -> FileAllowList:
    """The allow-list of that text."""
    file.write_text(text)
    return read_actions(file)


@pytest.mark.parametrize(
    ("arguments", "fits"),
    [
        (("rollout", "undo", "deployment/checkout"), True),
        (("rollout", "undo", "deployment/checkout\n"), False),
        (("rollout", "undo", "deployment/checkout", "--all"), False),
        (("rollout", "undo"), False),
        (("rollout", "undoing", "deployment/checkout"), False),
        (("get", "pods"), True),
        (("get", "pods", "-n", "shop"), True),
        (("delete", "pods"), False),
        ((), False),
    ],
)
def test_arguments_fit_a_row_as_a_whole(file: Path, arguments: tuple[str, ...], *, fits: bool) -> None:
    """Each argument is wholly what its pattern says; `...` at the end takes any further ones."""
    allowed = read(file, GOOD).command("kubectl")

    assert allowed is not None
    assert allowed.accepts(arguments) is fits


def test_everything_that_is_written_is_read(file: Path) -> None:
    """By name and by path, with limits, and placeholders of the house's own."""
    found = read(file, GOOD)
    kubectl, deployer = found.command("/usr/bin/kubectl"), found.webhook("deployer")

    assert kubectl is not None
    assert deployer is not None
    assert (kubectl.timeout_s, kubectl.approval, kubectl.dry_run) == (120, True, ("--dry-run=server",))
    assert (deployer.url, deployer.rehearses, deployer.approval) == ("https://deploy.example.org/rollback", True, False)
    assert found.placeholders()["shard"]("12")
    assert not found.placeholders()["shard"]("1234")
    assert found.command("bash") is None


def test_without_a_file_nothing_may_be_run() -> None:
    """The default allows no command and no webhook."""
    found = read_actions(None)

    assert (found.commands(), found.webhooks(), found.command("ls")) == ([], [], None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[command.x]\n", "has no 'command'"),
        ("[commands.x]\nprogram = 'ls'\nallow = [['a']]", "no absolute path"),
        ("[commands.x]\nprogram = '/bin/ls'", "lacks `allow`"),
        ("[commands.x]\nprogram = '/bin/ls'\nallow = []", "lacks `allow`"),
        ("[commands.x]\nprogram = '/bin/ls'\nallow = ['a']", "lacks `allow`"),
        ("[commands.x]\nprogram = '/bin/ls'\nallow = [['(']]", "error parsing regexp"),
        ("[commands.x]\nprogram = '/bin/ls'\nallow = [['a']]\ntimeout = '2h'", "between 1s and 1h"),
        ("[commands.x]\nprogram = '/bin/ls'\nallow = [['a']]\ntimout = '2m'", "has no 'timout'"),
        ("[commands.x]\nprogram = '/bin/ls'\nallow = [['a']]\napproval = 'yes'", "neither true nor false"),
        ("[commands.x]\nprogram = '/bin/ls'\nallow = [['a']]\noutput_bytes = 0", "between 1 and"),
        ("[webhooks.x]\n", "lacks url"),
        ("[webhooks.x]\nurl = 'file:///etc/passwd'", "no web address"),
        ("[placeholders]\nservice = '.*'", "built in"),
        ("[placeholders]\nx = '('", "error parsing regexp"),
        ("commands = 1", "something else than tables"),
        ("=", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused(file: Path, text: str, said: str) -> None:
    """What is wrong is said, with the file and the table."""
    with pytest.raises(Invalid, match=str(file)) as refused:
        read(file, text)

    assert said in str(refused.value)


def test_a_file_that_others_can_read_or_write_is_refused(file: Path) -> None:
    """It holds credentials, and decides what is run."""
    file.write_text(GOOD)
    for mode in (0o640, 0o604, 0o620):
        file.chmod(mode)
        with pytest.raises(Invalid, match="chmod 600"):
            read_actions(file)
