"""Where files lie in a checkout and in an installed package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from structviz import folders


def installed(tmp_path: Path, *expressions: str) -> list[str]:
    """Values of expressions in `structviz.folders`, imported as an installed package."""
    package = tmp_path / "site-packages" / "structviz"
    package.mkdir(parents=True)
    for name in ("__init__.py", "folders.py"):
        shutil.copy(Path(folders.__file__).with_name(name), package)
    code = f"from structviz import folders\nprint({', '.join(f'folders.{one}' for one in expressions)}, sep='\\n')"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(package.parent), "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
    )
    return run.stdout.split("\n")[:-1]


def test_an_installed_package_carries_its_networks_and_its_app(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "structviz"
    assert installed(tmp_path, "CHECKOUT", "PRETRAINED", "APP") == [
        "None",
        str(package / "pretrained"),
        str(package / "app" / "app.py"),
    ]


def test_what_users_make_stays_out_of_an_installed_package(tmp_path: Path) -> None:
    (folder,) = installed(tmp_path, "data_folder()")
    assert Path(folder).name == "structviz"
    assert Path(folder).is_relative_to(tmp_path)
    assert not Path(folder).is_relative_to(tmp_path / "site-packages")
    assert not Path(folder).exists()


def test_a_checkout_keeps_what_users_make() -> None:
    assert folders.data_folder() == Path(folders.__file__).parents[1]
