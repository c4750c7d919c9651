// Where to begin: files are dropped or chosen. All else works without this.

import { take, take_drops } from "./ask.js";

const state = document.getElementById("state");
function say(text, is_wrong = false) {
  state.textContent = text;
  state.classList.toggle("wrong", is_wrong);
}
const go = (path) => location.assign(path);

take_drops(say, go);
const pick = document.getElementById("files");
if (pick) {
  pick.closest("[hidden]").hidden = false;
  pick.addEventListener("change", () => take(pick.files, say, go));
}
document.body.dataset.shown = 0;
