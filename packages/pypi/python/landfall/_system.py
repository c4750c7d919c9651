"""What a system is given as."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Callable, Mapping, NamedTuple, Optional, Union

from . import _native
from ._errors import InputError

#: The path of a workload file, its text, or what it says as a dictionary. A text has a line end
#: or a ``=`` in it; what has neither is a path.
System = Union[str, "os.PathLike[str]", Mapping[str, Any]]


class Given(NamedTuple):
    """A workload file as it was given."""

    name: str
    text: str
    #: Reads recorded traffic beside the file; none where there is no file.
    read: Optional[Callable[[str], bytes]]


def given(system: System, what: str) -> Given:
    """Reads a system, or a usage file: ``what`` is its name where it has none."""
    if isinstance(system, Mapping):
        try:
            document = json.dumps(system)
        except (TypeError, ValueError) as error:
            hint = "use texts, numbers, booleans, lists and dictionaries"
            raise InputError(f"the dictionary cannot be read: {error}", hint=hint) from None
        return Given(what, _native.toml_of(document), None)
    if isinstance(system, str) and ("\n" in system or "=" in system):
        return Given(what, system, None)
    path = Path(system)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "give the path of a file, its text, or a dictionary"
        raise InputError(f"cannot be read: {reason}", str(path), hint=hint) from None
    return Given(str(path), text, lambda name: (path.parent / name).read_bytes())


def changes(wanted: Mapping[str, Any] | None) -> list[str]:
    """Changes of a file as the command line writes them; None takes a fact out."""
    return [f"{key}={_value(value)}" for key, value in (wanted or {}).items()]


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(json.dumps(one) for one in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {json.dumps(one)}" for key, one in value.items()) + "}"
    return str(value)


def options(
    region: str | None,
    framework: str,
    as_of: str | None,
    profile: str,
    people: bool,
    seed: int,
    scenarios: int,
    changed: list[str],
) -> str:
    """Options as the native part reads them."""
    return json.dumps(
        {
            "framework": framework,
            "as_of": as_of,
            "region": region,
            "profile": profile,
            "people": people,
            "seed": seed,
            "scenarios": scenarios,
            "changes": changed,
        }
    )
