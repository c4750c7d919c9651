"""Simulations, bills, imports."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Mapping, Sequence, Union

from . import _native
from ._errors import InputError
from ._system import System, changes, given, options


def simulate(
    system: System,
    platform: str,
    *,
    workload: str | None = None,
    requests: int | None = None,
    region: str | None = None,
    framework: str = "current",
    as_of: str | None = None,
    profile: str = "starter",
    seed: int = 1,
    set: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Simulates a month of a workload on a platform, sized as :func:`landfall.decide` does.

    Args:
        platform: A platform, such as ``lambda``.
        workload: The id of a workload; the first by default.
        requests: Most requests simulated one by one.

    The other arguments are those of :func:`landfall.decide`. The result has the format of
    ``landfall schema simulation``.
    """
    name, text, read = given(system, "workload.toml")
    asked = options(region, framework, as_of, profile, True, seed, 0, changes(set))
    found = _native.simulate(name, text, asked, read, platform, workload, requests)
    document: dict[str, Any] = json.loads(found)
    return document


def bill(usage: System, *, region: str | None = None) -> dict[str, Any]:
    """Prices usage.

    Args:
        usage: The path of a usage file, its text, or what it says as a dictionary.
        region: A region instead of the file's.

    The result has the format of ``landfall schema bill``.
    """
    name, text, _ = given(usage, "usage.toml")
    document: dict[str, Any] = json.loads(_native.bill(name, text, region))
    return document


def import_(
    files: Union[str, "os.PathLike[str]", Sequence[Union[str, "os.PathLike[str]"]]],
    *,
    name: str = "Imported",
    format: str | None = None,
) -> str:
    """Makes a workload file of templates, manifests, Compose files, plans, or logs.

    Args:
        files: Paths of files, one or several.
        name: The name of the system.
        format: What they are; found out by default.

    The result is the text of a workload file, which :func:`landfall.decide` takes.
    """
    paths = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    read = []
    for path in paths:
        try:
            read.append((str(path), Path(path).read_bytes()))
        except OSError as error:
            said = f"cannot be read: {error.strerror or error}"
            raise InputError(said, str(path), hint="give the path of a file") from None
    return _native.import_files(read, name, format)
