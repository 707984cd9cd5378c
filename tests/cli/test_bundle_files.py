"""Which files a bundle takes, and which it never does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stateroom.cli import bundling_files
from stateroom.cli.bundling_files import gather, ours
from stateroom.errors import BundleError

KEY = "-----BEGIN RSA PRIVATE KEY-----"
SECRETS = [
    ".env", ".env.production", "local.env", "server.pem", "SERVER.PEM", "tls.key",
    "id_rsa", "id_ed25519", "credentials", "credentials.json", "secrets.toml",
    ".netrc", ".npmrc", ".pypirc", "store.p12", "service-account-7.json",
]  # fmt: skip
FOR_OTHERS = ["button.pyi", "py.typed", "button.pyc", ".DS_Store", ".gitignore"]


@pytest.fixture
def widgets(folder: Path) -> Path:
    """A package, named as a caller in this folder would."""
    (folder / "widgets").mkdir()
    (folder / "widgets" / "__init__.py").write_text("")
    return Path("widgets")


def taken(path: Path) -> list[str]:
    return [each.name for each in gather(path).entries]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_left_out_and_told(name: str, widgets: Path) -> None:
    (widgets / "deep").mkdir()
    (widgets / "deep" / name).write_text("s3cr3t")
    found = gather(widgets)
    assert [each.name for each in found.entries] == ["widgets/__init__.py"]
    assert found.left_out == ((f"widgets/deep/{name}", "looks like a secret"),)


@pytest.mark.parametrize("name", [".env", "server.pem"])
def test_a_secret_that_is_named_is_refused(name: str, folder: Path) -> None:
    (folder / name).write_text("s3cr3t")
    with pytest.raises(BundleError, match=f"{name}: looks like a secret"):
        gather(Path(name))


@pytest.mark.parametrize("name", ["secrets.py", "credentials.py"])
def test_a_module_is_no_secret_for_its_name(name: str, widgets: Path) -> None:
    (widgets / name).write_text("")
    assert f"widgets/{name}" in taken(widgets)


@pytest.mark.parametrize("name", ["keys.py", "data.json", "data.bin"])
def test_a_private_key_in_any_file_is_refused_with_its_line(
    name: str, widgets: Path
) -> None:
    (widgets / name).write_text(f"one\ntwo\n{KEY}\n")
    with pytest.raises(BundleError, match=f"widgets/{name}:3: a private key"):
        gather(widgets)


@pytest.mark.parametrize("name", FOR_OTHERS)
def test_what_only_others_need_is_left_out_silently(name: str, widgets: Path) -> None:
    (widgets / name).write_text("")
    found = gather(widgets)
    assert (len(found.entries), found.left_out) == (1, ())


@pytest.mark.parametrize("name", ["__pycache__", "node_modules", ".git"])
def test_a_folder_that_only_others_need_is_not_entered(
    name: str, widgets: Path
) -> None:
    (widgets / name).mkdir()
    (widgets / name / "inner.py").write_text("")
    assert taken(widgets) == ["widgets/__init__.py"]


def test_what_is_compiled_for_this_machine_is_left_out(widgets: Path) -> None:
    (widgets / "fast.so").write_bytes(b"\x7fELF")
    why = "made for this machine, not for a browser"
    assert gather(widgets).left_out == (("widgets/fast.so", why),)


def test_an_environment_of_python_is_left_out(widgets: Path) -> None:
    (widgets / "env").mkdir()
    (widgets / "env" / "pyvenv.cfg").write_text("")
    (widgets / "env" / "inner.py").write_text("")
    found = gather(widgets)
    assert found.left_out == (("widgets/env", "an environment of Python"),)
    assert len(found.entries) == 1


def test_data_and_folders_of_a_package_are_taken(widgets: Path) -> None:
    (widgets / "texts" / "de").mkdir(parents=True)
    (widgets / "texts" / "de" / "page.html").write_text("<p>")
    (widgets / "texts" / "load.py").write_text("")
    assert taken(widgets) == [
        "widgets/__init__.py",
        "widgets/texts/de/page.html",
        "widgets/texts/load.py",
    ]


def test_names_in_a_bundle_begin_with_the_last_part_of_the_argument(
    widgets: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "inner").mkdir()
    monkeypatch.chdir(folder / "inner")
    assert taken(Path("..") / widgets) == ["widgets/__init__.py"]
    monkeypatch.chdir(folder / widgets)
    for path in (Path(), folder / widgets, Path("..") / "widgets" / "."):
        assert taken(path) == ["widgets/__init__.py"]


# ---------------------------------------------------------------------------- links


def test_a_link_out_of_what_is_named_is_refused(widgets: Path, folder: Path) -> None:
    (folder / "passwords.txt").write_text("s3cr3t")
    (widgets / "data.txt").symlink_to("../passwords.txt")
    told = "widgets/data.txt: a link that leads out of widgets"
    with pytest.raises(BundleError, match=told):
        gather(widgets)


def test_a_folder_beside_with_a_longer_name_is_outside(
    widgets: Path, folder: Path
) -> None:
    (folder / "widgets_private").mkdir()
    (folder / "widgets_private" / "data.txt").write_text("s3cr3t")
    (widgets / "data.txt").symlink_to("../widgets_private/data.txt")
    with pytest.raises(BundleError, match="leads out of widgets"):
        gather(widgets)


def test_a_link_inside_of_what_is_named_is_its_file(widgets: Path) -> None:
    (widgets / "one.txt").write_text("one")
    (widgets / "two.txt").symlink_to("one.txt")
    found = {each.name: each.content for each in gather(widgets).entries}
    assert found["widgets/two.txt"] == b"one"


def test_a_link_to_a_secret_is_refused_under_any_name(widgets: Path) -> None:
    (widgets / ".env").write_text("s3cr3t")
    (widgets / "data.txt").symlink_to(".env")
    with pytest.raises(BundleError, match="a link to what looks like a secret"):
        gather(widgets)


@pytest.mark.parametrize(
    ("target", "told"),
    [("nothing", "leads nowhere"), ("loop", "leads nowhere"), (".", "to a folder")],
)
def test_a_link_that_has_no_end_is_refused(
    target: str, told: str, widgets: Path
) -> None:
    (widgets / "loop").symlink_to(target)
    with pytest.raises(BundleError, match=told):
        gather(widgets)


# ------------------------------------------------------------------- what is refused

REFUSED = [
    ("my-app.py", "no module can be imported by the name 'my-app'"),
    ("notes.txt", "neither a module of Python nor a folder"),
]


@pytest.mark.parametrize(("name", "told"), REFUSED)
def test_a_file_that_cannot_be_imported_is_refused(
    name: str, told: str, folder: Path
) -> None:
    (folder / name).write_text("")
    with pytest.raises(BundleError, match=told):
        gather(Path(name))


def test_a_folder_that_cannot_be_imported_is_refused(folder: Path) -> None:
    (folder / "my-app").mkdir()
    (folder / "my-app" / "x.py").write_text("")
    with pytest.raises(BundleError, match="by the name 'my-app'"):
        gather(Path("my-app"))


def test_a_folder_without_python_is_refused(folder: Path) -> None:
    (folder / "images").mkdir()
    with pytest.raises(BundleError, match="images: there is no Python module"):
        gather(Path("images"))


def test_a_pipe_in_a_package_is_refused_and_not_waited_for(widgets: Path) -> None:
    os.mkfifo(widgets / "pipe")
    with pytest.raises(BundleError, match="widgets/pipe: is not a regular file"):
        gather(widgets)


@pytest.mark.parametrize("name", ["a\\evil.py", "a\nb.py", "a\udcff.py"])
def test_a_name_that_would_be_unpacked_as_another_is_refused(
    name: str, widgets: Path
) -> None:
    (widgets / name).write_text("")
    with pytest.raises(BundleError, match="a name that no zip can hold"):
        gather(widgets)


def test_more_than_a_page_can_load_is_refused(
    widgets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling_files, "LARGEST", 100)
    (widgets / "data.bin").write_bytes(b"x" * 101)
    with pytest.raises(BundleError, match=r"up to widgets/data\.bin"):
        gather(widgets)


def test_no_file_of_ours_is_a_test_a_cache_or_a_type_marker() -> None:
    names = {each.name for each in ours()}
    assert {name.rpartition(".")[2] for name in names} == {"py"}
    assert not [name for name in names if "__pycache__" in name]
