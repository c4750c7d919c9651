// A slider beside a quantity: it multiplies what the file has, from a hundredth to a
// hundred times, in steps that are even on a logarithmic scale.

const REACH = 100;
const STEPS = 80;

/** A number and its unit, or null where a text is something else. */
export function split(text) {
  const found = /^([0-9]+(?:\.[0-9]+)?)([kM]?)(.*)$/.exec(text.trim());
  if (!found) return null;
  const number = Number(found[1]) * { "": 1, k: 1e3, M: 1e6 }[found[2]];
  return number > 0 ? { number, unit: found[3] } : null;
}

/** A number with its unit, to three digits. */
export function join(number, unit) {
  const rounded = Number(number.toPrecision(3));
  const [value, letter] = unit.startsWith("/")
    ? rounded >= 1e6 ? [rounded / 1e6, "M"] : rounded >= 1e3 ? [rounded / 1e3, "k"] : [rounded, ""]
    : [rounded, ""];
  return `${Number(value.toPrecision(6))}${letter}${unit}`;
}

/** The likely value of what a file has: of a range, the middle one. */
export function likely(text) {
  const found = /likely\s*=\s*"?([^",}]+)"?/.exec(text);
  return split(found ? found[1] : text);
}

/** Puts a slider below a field; `moved` is called when it was moved. */
export function attach(field, moved) {
  const base = likely(field.dataset.own || field.value);
  if (!base || base.unit === "%") return;
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = -STEPS;
  slider.max = STEPS;
  slider.step = 1;
  slider.setAttribute("aria-label", `${field.name}, from a hundredth to a hundred times`);
  const place = () => {
    const now = likely(field.value);
    const is_like = now && now.unit === base.unit;
    const steps = is_like ? Math.round((Math.log(now.number / base.number) / Math.log(REACH)) * STEPS) : 0;
    slider.value = steps;
    slider.setAttribute("aria-valuetext", field.value || "unknown");
  };
  place();
  field.addEventListener("input", place);
  const whole = /^[0-9]+$/.test(field.dataset.own || "");
  slider.addEventListener("input", (event) => {
    event.stopPropagation();
    const steps = Number(slider.value);
    const number = base.number * REACH ** (steps / STEPS);
    const moved_to = join(whole ? Math.max(1, Math.round(number)) : number, base.unit);
    field.value = steps === 0 ? field.dataset.own : moved_to;
    slider.setAttribute("aria-valuetext", field.value);
    moved();
  });
  slider.addEventListener("change", (event) => event.stopPropagation());
  field.after(slider);
}
