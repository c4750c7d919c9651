// Several workloads as tabs. Without this they stand one after another, below links to them.

const MARK = "#workload-";
let chosen = null;

/** The workload that an address points at. */
const pointed = () => (location.hash.startsWith(MARK) ? decodeURIComponent(location.hash.slice(MARK.length)) : null);

function panels() {
  return [...document.querySelectorAll("#answer > section")].map((section) => {
    const title = section.querySelector(":scope > h2");
    return { section, id: title.id.slice(MARK.length - 1) };
  });
}

function choose(id, is_asked) {
  chosen = id;
  for (const { section, id: one } of panels()) {
    const tab = document.getElementById(`tab-${one}`);
    tab.setAttribute("aria-selected", one === id);
    tab.tabIndex = one === id ? 0 : -1;
    section.hidden = one !== id;
  }
  for (const set of document.querySelectorAll("#facts fieldset[data-workload]")) {
    set.hidden = set.dataset.workload !== id;
  }
  if (is_asked) {
    document.getElementById(`tab-${id}`).focus();
    history.replaceState(history.state, "", MARK + encodeURIComponent(id));
  }
}

function pressed(event, all) {
  const at = all.findIndex((it) => it.id === chosen);
  const to = {
    ArrowLeft: (at + all.length - 1) % all.length,
    ArrowRight: (at + 1) % all.length,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(all[to].id, true);
}

/** Makes tabs of the links to workloads; the one that was chosen stays so. */
export function prepare_tabs() {
  const links = document.querySelector("#answer > nav");
  const all = panels();
  if (!links || all.length < 2) return;
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Workloads");
  for (const { section, id } of all) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `panel-${id}`);
    tab.append(id);
    const where = section.querySelector(".verdict strong")?.textContent.split(",")[0];
    if (where) {
      const small = document.createElement("small");
      small.textContent = where;
      tab.append(" ", small);
    }
    tab.addEventListener("click", () => choose(id, true));
    list.append(tab);
    section.id = `panel-${id}`;
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", tab.id);
  }
  list.addEventListener("keydown", (event) => pressed(event, all));
  // The total of the system stands above what belongs to one workload.
  links.remove();
  all[0].section.before(list);
  const known = [pointed(), chosen].find((id) => all.some((it) => it.id === id));
  choose(known ?? all[0].id, false);
}

/** Shows the workload that the address points at. */
export function follow_address() {
  const id = pointed();
  if (id !== null && document.getElementById(`tab-${id}`)) choose(id, false);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(`#answer a[href^="${MARK}"]`);
  const id = link?.getAttribute("href").slice(MARK.length);
  if (!link || !document.getElementById(`tab-${id}`)) return;
  event.preventDefault();
  choose(id, true);
});
