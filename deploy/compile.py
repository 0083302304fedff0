"""Compiles the hot modules of classification to machine code: ``python deploy/compile.py [DIRECTORY]``.

Classification takes nearly all the time of a post, most of it in loops over words, which mypyc compiles from
the types that are there anyway. Compiled modules give the same events, byte for byte, about 1.7 times as fast
(``make bench-classify`` measures it). Compiling is a choice: uncompiled, everything works the same.

It works on copies. The directory (``build/compiled`` when none is named) gets ``agents`` and ``schemas`` with
the compiled modules beside their sources; use it as ``PYTHONPATH``, or copy it over the installed packages.
The source tree stays without compiled modules, which would hide later changes of their sources.

Needs mypy, setuptools, a C compiler and the headers of Python; takes about a minute.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("agents", "schemas")
FOLDER = "agents/classification"
HOT = (
    "evidence.py",
    "actors/[fgp]*.py",
    "attributions/[dfhnr]*.py",
    "casualties/[a-z]*.py",
    "category/decide.py",
    "category/features.py",
    "category/lexicon.py",
    "category/model.py",
    "category/scan.py",
    "category/signals.py",
    "gazetteer/entry.py",
    "gazetteer/lookup.py",
    "language/detect.py",
    "language/numbers.py",
    "language/phrases.py",
    "language/text.py",
    "language/tokens.py",
    "language/words.py",
    "places/[a-z]*.py",
    "summary.py",
)
"""Modules of the folder in which the time goes. One that defines a message (msgspec) cannot be compiled."""
OPTIONS = ("--config-file=", "--cache-dir=/dev/null", "--ignore-missing-imports")
"""Not those of ``pyproject.toml``, which name all packages to be checked, and so to be compiled."""


def hot_modules(root: Path) -> list[str]:
    """Return the paths of the modules to compile, from the root.

    Raises:
        FileNotFoundError: a pattern of ``HOT`` fits no module.

    """
    found: list[str] = []
    for pattern in HOT:
        paths = sorted((root / FOLDER).glob(pattern))
        if not paths:
            raise FileNotFoundError(f"{FOLDER}/{pattern}: no such module: correct HOT in deploy/compile.py")
        found += [path.relative_to(root).as_posix() for path in paths]
    return found


def compile_into(target: Path) -> None:
    """Put the packages with compiled modules into a directory, in place of what was there.

    Raises:
        subprocess.CalledProcessError: mypyc or the C compiler refused; its message is printed.

    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as name:
        work = Path(name) / "work"
        for package in PACKAGES:
            shutil.copytree(ROOT / package, work / package, ignore=shutil.ignore_patterns("__pycache__"))
        mypyc = [sys.executable, "-m", "mypyc", *OPTIONS, *hot_modules(work)]
        subprocess.run(mypyc, cwd=work, check=True)
        shutil.rmtree(work / "build")
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)


if __name__ == "__main__":
    compile_into(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "compiled")
