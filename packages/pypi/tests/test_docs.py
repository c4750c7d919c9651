"""What the book and the notebook show runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(os.environ["LANDFALL_EXAMPLES"])
DOCS = Path(os.environ["LANDFALL_DOCS"])


def blocks() -> list[str]:
    text = (DOCS / "src/python.md").read_text()
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def run(script: Path, code: str) -> str:
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=EXAMPLES.parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_chapter_runs(tmp_path: Path) -> None:
    *chapter, _ = blocks()
    said = run(tmp_path / "chapter.py", "\n".join(chapter))
    assert said.startswith("lambda\n")
    assert "300M/month" in said


def test_dask_decides_as_one_process_does(tmp_path: Path) -> None:
    import landfall

    recipe = blocks()[-1]
    assert "LocalCluster" in recipe
    said = run(tmp_path / "recipe.py", recipe).splitlines()
    wanted = []
    for path in sorted(EXAMPLES.glob("*.toml")):
        for one in landfall.decide(path, scenarios=100).workloads:
            name = f"examples/{path.name}"
            wanted.append(f"{name} {one.id} {one.recommended} {one.options[0].expected} None")
    assert said == wanted


def test_the_notebook_runs() -> None:
    import nbformat
    from nbclient import NotebookClient

    text = (DOCS / "notebooks/sweep.ipynb").read_text()
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(EXAMPLES.parent)}}).execute()
    shown = [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    ]
    assert any("text/html" in output.get("data", {}) for output in shown)
    assert not any(output.output_type == "error" for output in shown)
