"""The same system at many values."""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator, Mapping, Sequence

from ._decision import Decision, decide
from ._system import System


class Table:
    """Rows with named columns.

    ``pandas.DataFrame(table.columns)`` and ``polars.DataFrame(table.columns)`` read it.
    """

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row, by column."""
        for values in zip(*self.columns.values()):
            yield dict(zip(self.columns, values))

    def to_pandas(self) -> Any:
        """As a data frame of pandas, which must be installed."""
        import pandas  # type: ignore[import-untyped,unused-ignore]

        return pandas.DataFrame(self.columns)

    def to_polars(self) -> Any:
        """As a data frame of polars, which must be installed."""
        import polars

        return polars.DataFrame(self.columns)

    def __repr__(self) -> str:
        return f"<landfall.Table {len(self)} rows: {', '.join(self.columns)}>"


#: What a row says of a workload, besides the values that were set.
FOUND = (
    "workload",
    "recommended",
    "confidence",
    "provisional",
    "bill",
    "people",
    "total",
    "expected",
    "low",
    "high",
)


def _found(decision: Decision) -> Iterator[tuple[Any, ...]]:
    for one in decision.workloads:
        best = one.option(one.recommended) if one.recommended else None
        low, high = (best.interval if best else None) or (None, None)
        money = (best.bill, best.people, best.total, best.expected) if best else (None,) * 4
        yield (one.id, one.recommended, one.confidence, one.provisional, *money, low, high)


def sweep(system: System, values: Mapping[str, Sequence[Any]], **options: Any) -> Table:
    """Decides a system at every combination of values.

    Args:
        system: As :func:`landfall.decide` takes it.
        values: For each key, such as ``workload.api.traffic.volume``, what to set it to.
        options: Those of :func:`landfall.decide`.

    The table has a column for each key, and for each workload of each combination a row with the
    recommendation and its dollars a month; combinations are in the order of ``values``.
    """
    keys = list(values)
    combinations = list(itertools.product(*(values[key] for key in keys)))
    fixed = dict(options.pop("set", None) or {})

    def decided(combination: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        changed = {**fixed, **dict(zip(keys, combination))}
        found = _found(decide(system, set=changed, **options))
        return [(*combination, *row) for row in found]

    # The interpreter goes on while one is decided, which itself uses several threads.
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        rows = [row for found in pool.map(decided, combinations) for row in found]
    names = (*keys, *FOUND)
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return Table(columns)
