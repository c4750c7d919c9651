// Works with the page of `landfall serve` in Chromium, as its reader does: a control moved past a
// break-even point changes the recommendation and the address, undo brings it back, the address
// shows the same to somebody else, a file that is dropped is imported; the volume is dragged on its
// chart, a question of the flow opens its rule, workloads are tabs, an interview ends in a decision.
// Nothing is fetched from another host, nothing complained of, nothing runs over the edge.
//
//     serve.cjs BROWSER URL_WITH_A_FILE URL_WITHOUT [CHANGES]
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

const WIDTHS = [400, 900, 1600];
const SCHEMES = ["light", "dark"];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const PATIENCE_MS = 240_000;
const VOLUME = "workload.thumbnails.traffic.volume";
/** Rounds of questions after which that about the volume has been asked. */
const ROUNDS = 6;
const work_of = (id, trigger) => `[[workload]]
id = "${id}"
trigger = "${trigger}"
traffic.volume = "1M/month"
traffic.shape = "steady"
work = { duration = { p50 = "100ms", p99 = "300ms" }, memory = "200MB" }
`;
const PAIR = `?${new URLSearchParams({ text: `schema = 1\nname = "A pair"\n${work_of("api", "http")}${work_of("mail", "queue")}` })}`;
/** Many workloads; by formulas alone, which show everything but what scenarios say. */
const SEVERAL = "?example=startup&first";

const found = [];
const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** The policy of the page forbids to evaluate text; so it is asked again and again. */
async function until(what, is_so) {
  for (const begun = Date.now(); Date.now() - begun < PATIENCE_MS; await pause(20)) {
    if (await is_so()) return;
  }
  throw new Error(`${what} takes too long`);
}

const shown = (page) => page.evaluate(() => Number(document.body.dataset.shown ?? -1));

async function open(browser, url, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (!/status of (429|503)/.test(message.text())) found.push(`says ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => found.push(`fails: ${error.message}`));
  page.on("request", (request) => {
    const own = request.url().startsWith(new URL(url).origin);
    if (!own && !/^(data|blob):/.test(request.url())) found.push(`fetches ${request.url()}`);
  });
  // A machine that is busy may need more than one visit.
  for (let visit = 0; [429, 503].includes((await page.goto(url)).status()) && visit < 5; visit += 1) await pause(1000);
  if (options.javaScriptEnabled !== false) await until("the page", async () => (await shown(page)) >= 0);
  return page;
}

/** Does something, and waits for what it comes to. */
async function after(page, work) {
  const before = await shown(page);
  await work();
  await until("an answer", async () => (await shown(page)) > before
    && !(await page.evaluate(() => document.body.classList.contains("busy"))));
}

const verdict = (page) => page.locator("#answer .verdict").first().innerText();

function expect(what, is_so) {
  if (!is_so) found.push(what);
}

async function work(browser, url, changes) {
  const page = await open(browser, url, { viewport: { width: 1600, height: 900 } });
  const before = await verdict(page);
  const field = page.locator(`[id='${VOLUME}']`);
  await after(page, () => field.fill("400M/month"));
  const moved = await verdict(page);
  expect("a break-even point is passed and the recommendation stays", moved !== before);
  expect("the address does not hold the change", page.url().includes("400M"));
  const other = await open(browser, page.url(), {});
  expect("the address shows something else", (await verdict(other)) === moved);
  await after(page, () => page.click("#undo"));
  expect("undo does not bring it back", (await verdict(page)) === before);
  await after(page, () => page.click("#redo"));
  expect("redo does not", (await verdict(page)) === moved);
  await page.click("#pin");
  expect("nothing is pinned", (await page.locator(".pinned .verdict").innerText()) === moved);
  const slider = page.locator(`[id='${VOLUME}'] + input[type=range]`);
  await after(page, async () => { await slider.focus(); await page.keyboard.press("ArrowLeft"); });
  const times = [];
  for (let change = 0; change < changes; change += 1) {
    await after(page, () => field.fill(`${2 + change / 100}M/month`));
    times.push(await page.evaluate(() => [document.body.dataset.first_ms, document.body.dataset.full_ms].map(Number)));
  }
  const [first, full] = [0, 1].map((which) => times.map((it) => it[which]).sort((a, b) => a - b));
  const shares = (all) => [0.5, 0.95].map((share) => all[Math.ceil(share * all.length) - 1]).join(" and ");
  for (const form of ["toml", "json", "markdown", "html", "blueprint"]) {
    const download = page.waitForEvent("download", { timeout: PATIENCE_MS });
    await page.selectOption("#save", form);
    expect(`${form} is not downloaded`, (await download).suggestedFilename().includes("."));
  }
  await after(page, () => page.evaluate(() => {
    const text = 'services:\n  api:\n    image: example/api:1\n    ports: ["80:8080"]\n';
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "compose.yaml"));
    window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  }));
  expect("what is dropped is not imported", page.url().includes("compose.yaml"));
  return `p50 and p95 of ${changes} changes: first answer ${shares(first)} ms, full answer ${shares(full)} ms`;
}

/** The chart of cost against volume, and the flow, with the pointer and with the keyboard. */
async function point(browser, url) {
  const page = await open(browser, url, { viewport: { width: 1600, height: 900 } });
  const before = await verdict(page);
  const handle = page.getByRole("slider", { name: "Volume of thumbnails" });
  const field = page.locator(`[id='${VOLUME}']`);
  await handle.focus();
  const [says, at] = [await handle.getAttribute("aria-valuetext"), Number(await handle.getAttribute("aria-valuenow"))];
  expect(`the handle says ${says}`, says === "2M/month");
  await after(page, () => page.keyboard.press("ArrowRight"));
  expect("an arrow key does not raise the volume", Number(await handle.getAttribute("aria-valuenow")) > at);
  expect("the handle loses the focus", await handle.evaluate((it) => it === document.activeElement));
  expect("the control does not follow the handle", (await field.inputValue()) === (await handle.getAttribute("aria-valuetext")));
  const edge = await handle.boundingBox();
  const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await after(page, () => page.mouse.move(x + 300, y, { steps: 6 }));
  expect("what is dragged jumps", Math.abs((await handle.boundingBox()).x - edge.x - 300) < 3);
  await page.mouse.up();
  expect("dragging past a break-even point changes nothing", (await verdict(page)) !== before);
  expect("the address does not hold what was dragged", page.url().includes("traffic.volume="));
  // Let go, the chart is drawn around the new volume.
  await page.locator("h1").click();
  await handle.evaluate((it) => it.blur());
  await until("the chart", async () => (await handle.getAttribute("data-at")) === "0.5");
  await page.locator("details.flow > summary").click();
  const question = page.locator("details.flow figure a").nth(2);
  await question.focus();
  await page.keyboard.press("Enter");
  const rule = page.locator("details.step[open]");
  expect("a question of the flow does not open its rule", (await rule.count()) === 1 && (await rule.innerText()).includes("source:"));
  expect("a question of the flow asks anew", !page.url().includes("#"));
  await page.context().close();
  const plain = await open(browser, url, { javaScriptEnabled: false });
  const target = await plain.locator("details.flow figure a").nth(2).getAttribute("href");
  await plain.goto(url + target);
  expect("an address does not open the rule that it leads to", await plain.locator(`[id='${target.slice(1)}']`).isVisible());
  await plain.context().close();
}

async function tabs(browser, url) {
  const page = await open(browser, url + PAIR, { viewport: { width: 1600, height: 900 } });
  const all = page.getByRole("tab");
  const seen = () => page.locator("#answer > section:visible, #facts fieldset[data-workload]:visible").count();
  expect("workloads are no tabs", (await all.count()) === 2 && (await seen()) === 2);
  expect("the total of the system is not shown", await page.locator("#answer > .scroll tr.chosen").isVisible());
  await all.first().focus();
  await page.keyboard.press("ArrowRight");
  expect("an arrow key does not choose the next tab", (await page.evaluate(() => location.hash)) === "#workload-mail" && (await seen()) === 2);
  const kept = () => page.getByRole("tab", { selected: true }).getAttribute("id");
  await after(page, () => page.selectOption("#operations", "off"));
  expect("a change loses the tab", (await kept()) === "tab-mail" && page.url().endsWith("#workload-mail"));
  const other = await open(browser, page.url(), {});
  expect("the address loses the tab", (await other.getByRole("tab", { selected: true }).getAttribute("id")) === "tab-mail");
  await other.emulateMedia({ media: "print" });
  expect("only one workload is printed", (await other.locator("#answer > section:visible").count()) === 2);
  for (const one of [page, other]) await one.context().close();
  const plain = await open(browser, url + PAIR, { javaScriptEnabled: false });
  expect("without JavaScript workloads are hidden", (await plain.locator("#answer > section:visible").count()) === 2);
  await plain.context().close();
}

/** Without a file: examples, and an interview that ends in a decision, with JavaScript and without. */
async function begin(browser, url) {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, url, { javaScriptEnabled });
    const examples = await page.locator(".examples a").count();
    expect(`there are ${examples} examples`, examples >= 10);
    await page.getByRole("button", { name: "Begin the interview" }).click();
    await page.locator("[id='workload.workload.trigger']").selectOption("queue");
    // The order of the questions is that of their worth.
    const volume = page.locator("[id='workload.workload.traffic.volume']");
    for (let round = 0; round < ROUNDS && (round === 0 || (await volume.count()) === 0); round += 1) {
      await page.getByRole("button", { name: "Next questions" }).click();
      await page.waitForLoadState();
    }
    await volume.fill("nonsense");
    await page.getByRole("button", { name: "Next questions" }).click();
    expect("a bad answer is not said", (await page.getByRole("alert").innerText()).includes("nonsense"));
    await volume.fill("2M/month");
    await page.getByRole("button", { name: "Decide with what is known" }).click();
    expect("an interview ends without a decision", /ecommended/.test(await verdict(page)));
    expect("the answers are lost", (await volume.inputValue()) === "2M/month");
    await page.context().close();
  }
}

/** A page at every width, light and dark: nothing over the edge, nothing that axe finds. */
async function look(browser, url) {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const page = await open(browser, url, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      const name = `${new URL(url).search} at ${width} pixels, ${colorScheme}`;
      expect(`${name}: runs ${over} pixels over the edge`, over <= 0);
      await page.evaluate(() => document.querySelectorAll("details").forEach((it) => { it.open = true; }));
      await page.addScriptTag({ path: axe });
      const report = await page.evaluate((tags) => axe.run({ runOnly: tags }), TAGS);
      for (const one of report.violations) found.push(`${name}: ${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
      await page.context().close();
    }
  }
}

async function plain_and_printed(browser, url) {
  const plain = await open(browser, url, { javaScriptEnabled: false });
  const before = await verdict(plain);
  await plain.locator(`[id='${VOLUME}']`).fill("400M/month");
  await plain.locator(".submit button").first().click();
  expect("the form does nothing without JavaScript", (await verdict(plain)) !== before);
  const paper = await open(browser, url, {});
  await paper.emulateMedia({ media: "print" });
  expect("the controls are printed", (await paper.locator("aside:visible, .bar:visible, .handle:visible").count()) === 0);
  const over = await paper.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(`what is printed runs ${over} pixels over the edge`, over <= 0);
  const folded = await paper.locator("#answer details:not(.step) > *:not(summary)").first().isVisible();
  expect("what is folded is not printed", folded);
}

async function main([program, url, empty, changes]) {
  const browser = await chromium.launch({ executablePath: program, args: FLAGS });
  // A browser that is left open keeps this program from ending.
  try {
    const said = await work(browser, url, Number(changes ?? 20));
    await point(browser, url);
    await tabs(browser, url);
    await begin(browser, empty);
    for (const address of [url, url + SEVERAL, empty, `${empty}?interview=on`]) await look(browser, address);
    await plain_and_printed(browser, url);
    for (const one of new Set(found)) console.log(one);
    console.log(said);
    process.exitCode = found.length > 0 ? 1 : 0;
  } finally {
    await browser.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.log([...new Set(found), error.message].join("\n"));
  process.exitCode = 1;
});
