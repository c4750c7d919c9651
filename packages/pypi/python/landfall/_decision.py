"""Decisions."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import Any, Mapping

from . import _native
from ._errors import InputError
from ._system import System, changes, given, options


@dataclass(frozen=True)
class Option:
    """One platform that was looked at. Amounts are dollars a month."""

    #: Its id, such as ``lambda`` or ``fargate``.
    platform: str
    #: ``recommended``, ``feasible``, ``excluded`` and others.
    verdict: str
    #: What AWS bills at likely values; None where there is none.
    bill: float | None
    #: What people's work costs at likely values.
    people: float | None
    #: Bill, people and what missing portability costs.
    total: float | None
    #: The mean of the total over scenarios.
    expected: float | None
    #: The 80% interval of the total.
    interval: tuple[float, float] | None
    #: The share of scenarios in which it is the best.
    wins: float | None
    #: Whether it meets the targets; None where that is not known.
    meets_targets: bool | None
    #: All that is known of it, as in JSON.
    document: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def _of(cls, document: Mapping[str, Any]) -> Option:
        month = document.get("monthly") or {}
        low, high = month.get("total_p10"), month.get("total_p90")
        return cls(
            platform=document["platform"],
            verdict=document["verdict"],
            bill=month.get("bill"),
            people=month.get("people"),
            total=month.get("total"),
            expected=month.get("expected"),
            interval=None if low is None or high is None else (low, high),
            wins=document.get("wins"),
            meets_targets=document.get("meets_targets"),
            document=document,
        )


@dataclass(frozen=True)
class Workload:
    """The decision for one workload."""

    id: str
    #: The id of the platform that is recommended; None where nothing is.
    recommended: str | None
    #: The share of scenarios in which it is the best.
    confidence: float | None
    #: Whether so much is unknown that questions come first.
    provisional: bool
    #: Every platform, the best first, the excluded last.
    options: tuple[Option, ...]
    #: All that is known of it, as in JSON.
    document: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def _of(cls, document: Mapping[str, Any]) -> Workload:
        return cls(
            id=document["id"],
            recommended=document.get("recommended"),
            confidence=document.get("confidence"),
            provisional=bool(document.get("provisional")),
            options=tuple(Option._of(one) for one in document["options"]),
            document=document,
        )

    def option(self, platform: str) -> Option:
        """The option of a platform."""
        for one in self.options:
            if one.platform == platform:
                return one
        known = ", ".join(one.platform for one in self.options)
        raise InputError(f"there is no platform `{platform}`", hint=f"there are: {known}")


class Decision:
    """Where each workload of a system should run.

    ``decision["api"]`` is the decision for a workload by its id; where there is one workload
    alone, :attr:`recommended`, :attr:`options` and :attr:`confidence` are its own.
    """

    def __init__(self, native: _native.Decided) -> None:
        self._native = native
        self._json = native.json()
        self._document: dict[str, Any] = json.loads(self._json)
        self._workloads = tuple(Workload._of(one) for one in self._document["workloads"])

    @property
    def name(self) -> str:
        """The name of the system."""
        return str(self._document["name"])

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """The decision for each workload, in the order of the file."""
        return self._workloads

    def __getitem__(self, id: str) -> Workload:
        for one in self._workloads:
            if one.id == id:
                return one
        raise KeyError(f"{id!r}; there are: {', '.join(one.id for one in self._workloads)}")

    def _only(self) -> Workload:
        if len(self._workloads) == 1:
            return self._workloads[0]
        ids = ", ".join(one.id for one in self._workloads)
        raise InputError(
            f"the system has {len(self._workloads)} workloads",
            hint=f'name one, such as decision["{self._workloads[0].id}"]; there are: {ids}',
        )

    @property
    def recommended(self) -> str | None:
        """The platform recommended for the only workload."""
        return self._only().recommended

    @property
    def options(self) -> tuple[Option, ...]:
        """The options of the only workload, the best first."""
        return self._only().options

    @property
    def confidence(self) -> float | None:
        """The share of scenarios in which the recommendation is the best."""
        return self._only().confidence

    def explain(self, workload: str | None = None, why_not: str | None = None) -> str:
        """Why, as ``landfall explain`` says it: of the recommendation, or of a platform."""
        return self._native.explain(workload, why_not)

    def to_dict(self) -> dict[str, Any]:
        """All that was decided, in the format of ``landfall schema decision``."""
        copy: dict[str, Any] = json.loads(self._json)
        return copy

    def to_json(self) -> str:
        """The bytes that ``landfall decide --format json`` prints."""
        return self._json

    def to_markdown(self) -> str:
        """A record of the decision."""
        return self._native.markdown()

    def to_html(self) -> str:
        """A page that stands alone."""
        return self._native.html()

    def __str__(self) -> str:
        return self._native.text()

    def __repr__(self) -> str:
        found = ", ".join(f"{one.id}: {one.recommended}" for one in self._workloads)
        return f"<landfall.Decision {self.name!r}: {found}>"

    def _repr_html_(self) -> str:
        # In a frame of its own, where neither its style nor its words touch the notebook.
        page = html.escape(self.to_html(), quote=True)
        return (
            f'<iframe sandbox title="Decision" srcdoc="{page}" '
            'style="width:100%;height:40em;border:1px solid #8888"></iframe>'
        )


def decide(
    system: System,
    *,
    region: str | None = None,
    framework: str = "current",
    as_of: str | None = None,
    profile: str = "starter",
    people: bool = True,
    seed: int = 1,
    scenarios: int = 1000,
    set: Mapping[str, Any] | None = None,
) -> Decision:
    """Decides where the workloads of a system should run.

    Args:
        system: The path of a workload file, its text, or what it says as a dictionary.
        region: A region instead of the file's.
        framework: The rules: ``current``, or ``startup-guide-2021``.
        as_of: The day whose facts are used, as ``2026-11-30``; the framework's own by default.
        profile: How much is built around an option: ``starter``, ``hardened``, ``governed``.
        people: Whether the cost of people's work counts.
        seed: The seed of every draw. The same inputs and seed give the same decision.
        scenarios: Scenarios drawn for what is not known; 0 for likely values alone.
        set: Changes, as ``{"workload.api.traffic.volume": "30M/month"}``; None takes a fact out.

    Raises:
        InputError: What was given cannot be decided; with file, line and a hint.
    """
    name, text, read = given(system, "workload.toml")
    asked = options(region, framework, as_of, profile, people, seed, scenarios, changes(set))
    return Decision(_native.decide(name, text, asked, read))
