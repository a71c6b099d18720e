"""Resource files on a disk: what is read, what is skipped with a word, and what is never touched."""

import os
from pathlib import Path

import pytest

from watchbill.bootstrap import App, apply_folder, resource_files, validate_files
from watchbill.kernel.errors import Faults, NotFound

SERVICE = "service: {name: %s}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three files, one of them below another folder."""
    root = tmp_path / "specs"
    (root / "more").mkdir(parents=True)
    (root / "a.yaml").write_text(SERVICE % "a", "utf-8")
    (root / "b.yml").write_text(SERVICE % "b", "utf-8")
    (root / "more" / "c.yaml").write_text(SERVICE % "c", "utf-8")
    return root


def _names(*paths: Path) -> list[str]:
    return [one.name for one in validate_files(paths).resources]


def _said(path: Path) -> list[tuple[str, str, str]]:
    return [(Path(one.path).name, one.severity, one.reason) for one in validate_files([path]).faults]


def test_a_folder_is_read_by_name_and_below(folder: Path) -> None:
    """`*.yaml` and `*.yml`; everything else, and what begins with a dot, is not looked at."""
    (folder / "notes.txt").write_text("not yaml: [", "utf-8")
    (folder / ".hidden.yaml").write_text("nonsense", "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.yaml").write_text("nonsense", "utf-8")

    assert _names(folder) == ["a", "b", "c"]
    assert _said(folder) == []


def test_paths_in_faults_are_as_they_were_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that an editor can jump there."""
    (folder / "more" / "c.yaml").write_text("service: {name: C}\n", "utf-8")
    monkeypatch.chdir(folder.parent)

    [fault] = validate_files(["specs"]).faults

    assert str(fault).startswith("specs/more/c.yaml:1:11: error: service.name: ")


def test_a_file_may_be_named_whatever_it_is_called(folder: Path) -> None:
    """Its ending matters only in folders."""
    (folder / "x.txt").write_text(SERVICE % "x", "utf-8")

    assert _names(folder / "x.txt", folder / "a.yaml") == ["x", "a"]


def test_a_link_out_of_the_folder_is_skipped_with_a_word(folder: Path, tmp_path: Path) -> None:
    """Nothing outside of the root is read."""
    (tmp_path / "secret.yaml").write_text("password: x", "utf-8")
    (folder / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "gone.yaml").symlink_to(tmp_path / "nowhere")

    assert _names(folder) == ["a", "b", "c"]
    assert _said(folder) == [
        ("gone.yaml", "warning", "a symbolic link is not followed, it is skipped"),
        ("out.yaml", "warning", "a symbolic link is not followed, it is skipped"),
    ]


def test_a_link_inside_the_folder_is_not_read_twice(folder: Path) -> None:
    """The file itself is read, the link is named."""
    (folder / "again.yaml").symlink_to(folder / "a.yaml")

    assert _names(folder) == ["a", "b", "c"]
    assert [reason for _, _, reason in _said(folder)] == ["a symbolic link is not followed, it is skipped"]


def test_a_loop_of_folders_ends(folder: Path) -> None:
    """Links to folders are not followed."""
    (folder / "more" / "up").symlink_to(folder)

    assert _names(folder) == ["a", "b", "c"]


def test_files_mounted_as_kubernetes_does_are_read(tmp_path: Path) -> None:
    """Visible links into a hidden folder below the same root are how a config map appears."""
    data = tmp_path / "..2026_11_24"
    data.mkdir()
    (data / "a.yaml").write_text(SERVICE % "a", "utf-8")
    (tmp_path / "..data").symlink_to(data)
    (tmp_path / "a.yaml").symlink_to(Path("..data") / "a.yaml")

    assert _names(tmp_path) == ["a"]
    assert _said(tmp_path) == []


def test_a_pipe_does_not_block(folder: Path) -> None:
    """Nobody writes to it; the run ends all the same, and says so."""
    os.mkfifo(folder / "pipe.yaml")

    assert _said(folder) == [("pipe.yaml", "error", "is no regular file, it is not read")]


def test_a_device_is_not_read() -> None:
    """Named directly."""
    assert _said(Path("/dev/zero")) == [("zero", "error", "is no regular file, it is not read")]


def test_a_file_that_is_too_large_is_not_read_whole(folder: Path) -> None:
    """A sparse gigabyte is refused at its first mebibyte."""
    with (folder / "huge.yaml").open("wb") as huge:
        huge.truncate(1 << 30)

    assert _said(folder) == [("huge.yaml", "error", "the file holds more than 1 MiB")]


def test_a_file_that_may_not_be_read_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's own reason; the others are read. Refused by hand here, for root may read everything."""
    really_open = os.open

    def refusing(path: str | Path, flags: int) -> int:
        if Path(path).name == "a.yaml":
            raise PermissionError(13, "Permission denied")
        return really_open(path, flags)

    monkeypatch.setattr(os, "open", refusing)

    assert _said(folder) == [("a.yaml", "error", "cannot be read: Permission denied")]
    assert _names(folder) == ["b", "c"]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    """Most likely the wrong one."""
    assert [one.reason for one in validate_files([tmp_path]).faults] == ["no *.yaml file is in this folder"]


def test_a_path_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    """Exit status 4 on the command line."""
    with pytest.raises(NotFound, match="there is no file or folder"):
        validate_files([tmp_path / "nowhere"])


def test_files_for_a_server_are_refused_when_one_cannot_be_read(folder: Path) -> None:
    """Half a folder is never sent; all faults are named, those of the others too."""
    (folder / "b.yml").write_bytes(b"service: {name: \xe9}\n")
    (folder / "a.yaml").write_text("service: {name: A}\n", "utf-8")

    with pytest.raises(Faults) as refused:
        resource_files(folder)

    assert [(Path(one.path).name, one.column) for one in refused.value.faults] == [("a.yaml", 11), ("b.yml", 17)]


def test_a_folder_is_applied_at_start_and_again_on_reload(app: App, folder: Path) -> None:
    """As `serve --specs` does; a reload with a fault leaves the old configuration whole."""
    apply_folder(app, folder)
    (folder / "a.yaml").write_text("service: {name: a, tier: critical}\n", "utf-8")
    plan = apply_folder(app, folder)
    (folder / "a.yaml").write_text("service: {name: a, tier: vital}\n", "utf-8")

    with pytest.raises(Faults):
        apply_folder(app, folder)

    assert [(step.action, step.name) for step in plan.steps] == [("change", "a")]
    with app.reading() as s:
        assert [(one.name, one.tier.value) for one in s.catalog.list()] == [
            ("a", "critical"),
            ("b", "standard"),
            ("c", "standard"),
        ]


def test_a_reload_deletes_only_when_told_to(app: App, folder: Path) -> None:
    """Prune is a choice."""
    apply_folder(app, folder)
    (folder / "b.yml").unlink()

    kept = apply_folder(app, folder)
    pruned = apply_folder(app, folder, prune=True)

    assert kept.steps == ()
    assert [(step.action, step.name) for step in pruned.steps] == [("delete", "b")]
