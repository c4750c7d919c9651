"""Where a workload should run on AWS, and why.

    >>> import landfall
    >>> decision = landfall.decide("workload.toml")
    >>> decision.recommended
    'lambda'

Every figure is that of the command ``landfall``: ``Decision.to_json()`` is what
``landfall decide --format json`` prints.
"""

from __future__ import annotations

from ._decision import Decision, Option, Workload, decide
from ._errors import Fault, InputError, LandfallError
from ._native import __version__, regions
from ._others import bill, import_, simulate
from ._sweep import Table, sweep

__all__ = [
    "Decision",
    "Fault",
    "InputError",
    "LandfallError",
    "Option",
    "Table",
    "Workload",
    "__version__",
    "bill",
    "decide",
    "import_",
    "regions",
    "simulate",
    "sweep",
]
