// A handle on the chart of cost against volume: it is dragged, or moved with the arrow keys, and
// sets the control of the volume. While it is held the chart stays as it is, so that what it
// points at does not move below it.

import { join } from "./slider.js";

/** Steps of an arrow key from one end to the other. */
const STEPS = 80;
const WIDE_STEPS = 10;
const FACT = "traffic.volume";

/** The handle that is held, by the id of its workload. */
let held = null;
/** What the chart of the held handle is replaced by when it is let go. */
let waiting = null;

const figure_of = (section) => section.querySelector("rect.axis")?.closest("figure");
const sections = () => [...document.querySelectorAll("#answer > section")];
const id_of = (section) => section.querySelector(":scope > h2").id.replace(/^workload-/, "");

function volume_of(handle) {
  const { from, to, at } = handle.dataset;
  return Number(from) * (Number(to) / Number(from)) ** Number(at);
}

/** Puts a handle at a place between 0 and 1. */
function place(handle, at) {
  handle.dataset.at = Math.min(1, Math.max(0, at));
  const { left, width } = handle.dataset;
  handle.style.left = `${Number(left) + Number(width) * Number(handle.dataset.at)}%`;
  const volume = volume_of(handle);
  handle.setAttribute("aria-valuenow", Math.round(volume));
  handle.setAttribute("aria-valuetext", join(volume, "/month"));
}

function attach(section) {
  const [figure, id] = [figure_of(section), id_of(section)];
  // The control is another one after each answer.
  const field = () => document.getElementById(`workload.${id}.${FACT}`);
  if (!figure || !field()) return;
  const axis = figure.querySelector("rect.axis");
  const picture = axis.closest("svg");
  const whole = picture.viewBox.baseVal;
  const of_axis = (name) => Number(axis.getAttribute(name));
  const share = (value, all) => (100 * value) / all;
  const handle = document.createElement("div");
  handle.className = "handle";
  handle.tabIndex = 0;
  handle.id = `handle-${id}`;
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-label", `Volume of ${id}`);
  Object.assign(handle.dataset, {
    from: axis.dataset.from, to: axis.dataset.to,
    left: share(of_axis("x"), whole.width), width: share(of_axis("width"), whole.width),
  });
  handle.setAttribute("aria-valuemin", Math.round(axis.dataset.from));
  handle.setAttribute("aria-valuemax", Math.round(axis.dataset.to));
  handle.style.top = `${share(of_axis("y"), whole.height)}%`;
  handle.style.height = `${share(of_axis("height"), whole.height)}%`;
  // The present volume is in the middle.
  place(handle, 0.5);
  const around = document.createElement("div");
  around.className = "held-by";
  picture.replaceWith(around);
  around.append(picture, handle);

  const set = (at) => {
    place(handle, at);
    field().value = join(volume_of(handle), "/month");
    // What listens for its changes asks for the answer.
    field().dispatchEvent(new Event("input", { bubbles: true }));
  };
  const hold = () => { held = id; };
  const let_go = () => {
    if (held === null || handle.classList.contains("dragged") || document.activeElement === handle) return;
    held = null;
    if (!waiting) return;
    const fresh = waiting;
    waiting = null;
    figure.replaceWith(fresh);
    attach(fresh.closest("section"));
  };
  handle.addEventListener("focus", hold);
  handle.addEventListener("blur", () => setTimeout(let_go));
  handle.addEventListener("keydown", (event) => {
    const now = Number(handle.dataset.at);
    const to = {
      ArrowLeft: now - 1 / STEPS, ArrowDown: now - 1 / STEPS,
      ArrowRight: now + 1 / STEPS, ArrowUp: now + 1 / STEPS,
      PageDown: now - WIDE_STEPS / STEPS, PageUp: now + WIDE_STEPS / STEPS,
      Home: 0, End: 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  });
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    hold();
    handle.classList.add("dragged");
    handle.focus({ preventScroll: true });
    const edge = around.getBoundingClientRect();
    const [left, width] = [handle.dataset.left, handle.dataset.width].map((it) => (edge.width * it) / 100);
    const follow = (one) => set((one.clientX - edge.left - left) / width);
    const end = () => {
      handle.classList.remove("dragged");
      removeEventListener("pointermove", follow);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", follow);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  });
}

/** Puts a handle on every chart. */
export function prepare_curves() {
  for (const section of sections()) if (id_of(section) !== held) attach(section);
}

/** Exchanges the answer for that of another page, all but the chart that is held. */
export function exchange(answer, nodes) {
  const section = sections().find((it) => id_of(it) === held);
  const kept = section && figure_of(section);
  const focus = document.activeElement?.classList.contains("handle") ? document.activeElement : null;
  const part = document.createDocumentFragment();
  part.append(...nodes);
  if (kept) {
    const title = [...part.querySelectorAll("section > h2")].find((it) => it.id === `workload-${held}`);
    const fresh = title && figure_of(title.parentElement);
    if (fresh) {
      waiting = fresh.cloneNode(true);
      fresh.replaceWith(kept);
    } else {
      held = null;
    }
  }
  answer.replaceChildren(part);
  focus?.focus({ preventScroll: true });
}
