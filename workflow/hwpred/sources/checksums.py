"""Is a file the published one? Its checksum says so, and its size tells most without reading it."""

import hashlib
import os

KINDS = ("sha256", "git_blob")
_CHUNK_BYTES = 1 << 16


def file_digest(path, kind="sha256"):
    """Return the checksum of a file.

    Parameters
    ----------
    path : str or Path
    kind : str
        ``"sha256"``, or ``"git_blob"`` for the id that git gives the content.

    Returns
    -------
    str
        Hexadecimal.
    """
    with open(path, "rb") as file:
        if kind == "sha256":
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha1(b"blob %d\0" % os.fstat(file.fileno()).st_size, usedforsecurity=False)
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
        return digest.hexdigest()


def difference(path, published):
    """Return in words how a file differs from the published one.

    Parameters
    ----------
    path : Path
    published : dict
        What is known of it: ``size``, ``sha256`` or ``git_blob``.

    Returns
    -------
    str or None
        None if nothing differs.
    """
    size = path.stat().st_size
    if size != published.get("size", size):
        return f"its size is {size} bytes, not {published['size']}"
    for kind in KINDS:
        if kind in published and (found := file_digest(path, kind)) != published[kind]:
            return f"its {kind} is {found}, not {published[kind]}"
    return None
