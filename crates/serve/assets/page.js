// Answers while a control moves. Every figure comes from the server: this asks for the page
// of another address and puts its parts in place.

import { post, take_drops } from "./ask.js";
import { exchange, prepare_curves } from "./curve.js";
import { attach } from "./slider.js";
import { follow_address, prepare_tabs } from "./tabs.js";
import { zip } from "./zip.js";

const one = (id) => document.getElementById(id);
const state = one("state");
let asked = 0;
let running = null;
let next = null;
let timer = null;
/** When a control was moved that no answer was asked for yet. */
let moved_at = null;
/** A control that still moves asks for no answer. */
const SETTLED_MS = 50;
/** How many steps of this visit lie before this one. */
let place = history.state?.place ?? 0;
let furthest = place;

function say(text, is_wrong = false) {
  state.textContent = text;
  state.classList.toggle("wrong", is_wrong);
}

/** The address of what the form holds: what the file has itself is left out. */
function address() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(one("facts"))) {
    const own = one(name)?.dataset.own ?? "";
    if (value !== own) query.append(name, value);
  }
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

/** The page of an address; asked for again a few times while the server is busy. */
async function page(path, signal, tries = 5) {
  const answer = await fetch(path, { signal, headers: { accept: "text/html" } });
  const other = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (other.getElementById("answer")) return other;
  if ([429, 503].includes(answer.status) && tries > 0) {
    await new Promise((wake) => setTimeout(wake, 300));
    return page(path, signal, tries - 1);
  }
  throw new Error(other.querySelector("[role=alert]")?.textContent ?? `the server says ${answer.status}`);
}

/** What is open, by its place in the page and what it says. */
const name_of = (details) => `${details.closest("section")?.querySelector("h2")?.id} ${details.querySelector("summary").textContent}`;
const all_details = () => [...document.querySelectorAll("#answer details, #facts details")];

/** Puts a page in place; what is being typed in, and what is open, stays so. */
function put(other, with_form) {
  const opened = new Map(all_details().map((it) => [name_of(it), it.open]));
  const focus = document.activeElement?.id;
  exchange(one("answer"), other.getElementById("answer").childNodes);
  one("now").value = other.getElementById("now").textContent;
  document.title = other.title;
  if (with_form) {
    one("facts").replaceChildren(...other.getElementById("facts").childNodes);
    prepare();
  }
  for (const details of all_details()) details.open = opened.get(name_of(details)) ?? details.open;
  prepare_tabs();
  prepare_curves();
  if (focus && document.activeElement === document.body) one(focus)?.focus({ preventScroll: true });
}

/** Shows an address: a first answer, then the full one. Only the newest is asked for. */
async function show(path, is_new_form) {
  if (running) {
    next = [path, is_new_form];
    running.abort();
    return;
  }
  running = new AbortController();
  const turn = ++asked;
  document.body.classList.add("busy");
  say("deciding …");
  const first = `${path}${path.includes("?") ? "&" : "?"}first`;
  const begun = moved_at ?? performance.now();
  moved_at = null;
  try {
    if (!is_new_form) {
      put(await page(first, running.signal), false);
      document.body.dataset.first_ms = Math.round(performance.now() - begun);
    }
    put(await page(path, running.signal), is_new_form || !document.activeElement?.closest("#facts"));
    document.body.dataset.full_ms = Math.round(performance.now() - begun);
    say("");
  } catch (problem) {
    if (problem.name !== "AbortError") say(problem.message, true);
  }
  document.body.classList.remove("busy");
  running = null;
  document.body.dataset.shown = turn;
  if (next) {
    const [path, is_new_form] = next;
    next = null;
    show(path, is_new_form);
  }
}

/** The address without what it points at within its page. */
const here = () => location.pathname + location.search;
let shown = here();

function go(path, is_new_form = false) {
  if (path === here()) {
    moved_at = null;
    return;
  }
  place += 1;
  furthest = place;
  shown = path;
  history.pushState({ place }, "", path + location.hash);
  steps();
  show(path, is_new_form);
}

function steps() {
  one("undo").disabled = place === 0;
  one("redo").disabled = place >= furthest;
}

function changed() {
  clearTimeout(timer);
  moved_at = performance.now();
  timer = setTimeout(() => go(address()), SETTLED_MS);
}

function prepare() {
  document.querySelectorAll("[data-slider]").forEach((field) => attach(field, changed));
}

addEventListener("popstate", (event) => {
  follow_address();
  if (here() === shown) return;
  shown = here();
  place = event.state?.place ?? 0;
  steps();
  show(shown, true);
});

const form = one("facts");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.name) {
    one(pressed.name).value = pressed.value;
  }
  clearTimeout(timer);
  go(address(), true);
});
form.addEventListener("input", (event) => {
  if (event.target.id !== "text") changed();
});
form.addEventListener("change", (event) => {
  const begins = ["example", "text"];
  if (!begins.includes(event.target.id)) return;
  clearTimeout(timer);
  if (event.target.id === "example") one("text").value = "";
  const query = new URLSearchParams();
  for (const id of begins) if (one(id).value) query.set(id, one(id).value);
  go(`/?${query}`, true);
});

one("undo").addEventListener("click", () => history.back());
one("redo").addEventListener("click", () => history.forward());
one("share").addEventListener("click", async () => {
  await navigator.clipboard?.writeText(location.href);
  say("the address is copied");
});

one("pin").addEventListener("click", () => {
  document.querySelector(".pinned")?.remove();
  const pinned = document.createElement("section");
  pinned.className = "pinned";
  pinned.setAttribute("aria-label", "Pinned decision");
  const title = document.createElement("h2");
  title.textContent = "Pinned";
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "Unpin";
  remove.addEventListener("click", () => pinned.remove());
  pinned.append(title);
  for (const part of document.querySelectorAll("#answer > section")) {
    const name = document.createElement("h3");
    name.textContent = part.querySelector("h2").textContent;
    const kept = [part.querySelector(".verdict"), part.querySelector(".scroll")];
    pinned.append(name, ...kept.filter(Boolean).map((it) => it.cloneNode(true)));
  }
  pinned.append(remove);
  one("answer").before(pinned);
  const side = document.querySelector(".sides");
  const column = document.createElement("div");
  column.append(pinned, one("answer"));
  side.querySelector(":scope > .column")?.replaceWith(column) ?? side.append(column);
  column.className = "column";
});

function settings() {
  const value = (id) => one(id).value || undefined;
  return {
    region: value("region"), framework: value("framework"), profile: value("profile"),
    as_of: value("as_of"), operations: value("operations") === "off" ? false : undefined,
  };
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

one("save").addEventListener("change", async (event) => {
  const form = event.target.value;
  event.target.value = "";
  const workload = one("now").value;
  const asked = { workload, settings: settings() };
  try {
    say("writing …");
    if (form === "toml") {
      save(new Blob([workload]), "workload.toml");
    } else if (form === "blueprint") {
      const built = await (await post("/api/blueprint", asked)).json();
      save(zip(built.files), "blueprint.zip");
    } else if (form) {
      const answer = await post("/api/decide", { ...asked, form });
      save(await answer.blob(), `decision.${{ markdown: "md" }[form] ?? form}`);
    }
    say("");
  } catch (problem) {
    say(problem.message, true);
  }
});

take_drops(say, (path) => go(path, true));

/** A question of the flow opens its rule. */
one("answer").addEventListener("click", (event) => {
  const link = event.target.closest("figure a[href^='#']");
  const rule = link && one(decodeURIComponent(link.getAttribute("href").slice(1)));
  if (!rule) return;
  event.preventDefault();
  rule.closest("details").open = true;
  rule.focus({ preventScroll: true });
  rule.scrollIntoView({ block: "center" });
});

document.querySelector(".tools").hidden = false;
history.replaceState({ place }, "");
steps();
prepare();
prepare_tabs();
prepare_curves();
say("");
document.body.dataset.shown = 0;
