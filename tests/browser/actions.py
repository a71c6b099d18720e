"""What the shop lets people run: an echo in the place of every program."""

from pathlib import Path

__all__ = ["ACTIONS", "allow"]

ACTIONS = """
[commands.curl]
program = "/bin/echo"
allow = [["..."]]
[commands.deploy]
program = "/bin/echo"
allow = [["[a-z]+", "[0-9]+"]]
approval = true
"""


def allow(data: Path) -> Path:
    """The actions file of a world, made on first use."""
    file = data.parent / "actions.toml"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(ACTIONS, "utf-8")
        file.chmod(0o600)
    return file
