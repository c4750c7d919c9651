// Asks the API, and takes files that are dropped on a page.

/** Asks the API; a refusal is said with its line. */
export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.ok) return answer;
  const refusal = await answer.json();
  const line = refusal.line ? `line ${refusal.line}: ` : "";
  throw new Error(`${line}${refusal.detail}${refusal.hint ? ` (${refusal.hint})` : ""}`);
}

/** The address that begins with what files hold: a workload file as it is, others imported. */
export async function begun_with(list) {
  const files = await Promise.all([...list].map(async (it) => ({ name: it.name, text: await it.text() })));
  const is_workload = files.length === 1 && /^\s*\[\[workload\]\]/m.test(files[0].text);
  const text = is_workload
    ? files[0].text
    : await (await post("/api/import", { files, form: "toml" })).text();
  return `/?${new URLSearchParams({ text })}`;
}

/** Takes files that are dropped anywhere; `say` tells how it goes, `go` is called with an address. */
export function take_drops(say, go) {
  const mark = (is_over) => document.body.classList.toggle("dropping", is_over);
  addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  addEventListener("dragleave", () => mark(false));
  addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    take(event.dataTransfer.files, say, go);
  });
}

/** Begins with files. */
export async function take(files, say, go) {
  if (!files.length) return;
  try {
    say("importing …");
    go(await begun_with(files));
  } catch (problem) {
    say(problem.message, true);
  }
}
