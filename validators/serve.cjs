// Works with the page of `landfall serve` in Chromium, as its reader does: a control moved past a
// break-even point changes the recommendation and the address, undo brings it back, the address
// shows the same to somebody else, a file that is dropped is imported. Nothing is fetched from
// another host, nothing complained of, nothing runs over the edge.
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

const WIDTHS = [400, 900, 1600];
const SCHEMES = ["light", "dark"];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const PATIENCE_MS = 60_000;
const VOLUME = "workload.thumbnails.traffic.volume";
const CHANGES = 20;

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

async function work(browser, url) {
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
  for (let change = 0; change < CHANGES; change += 1) {
    await after(page, () => field.fill(`${2 + change / 10}M/month`));
    times.push(await page.evaluate(() => [document.body.dataset.first_ms, document.body.dataset.full_ms].map(Number)));
  }
  const middle = (which) => times.map((it) => it[which]).sort((a, b) => a - b)[CHANGES / 2];
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
  return `first answer after ${middle(0)} ms, full answer after ${middle(1)} ms in the middle`;
}

async function look(browser, url) {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const page = await open(browser, url, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(`${width} pixels: runs ${over} pixels over the edge`, over <= 0);
      await page.addScriptTag({ path: axe });
      const report = await page.evaluate((tags) => axe.run({ runOnly: tags }), TAGS);
      for (const one of report.violations) found.push(`${width} ${colorScheme}: ${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
      await page.context().close();
    }
  }
  const plain = await open(browser, url, { javaScriptEnabled: false });
  const before = await verdict(plain);
  await plain.locator(`[id='${VOLUME}']`).fill("400M/month");
  await plain.locator(".submit button").first().click();
  expect("the form does nothing without JavaScript", (await verdict(plain)) !== before);
  const paper = await open(browser, url, {});
  await paper.emulateMedia({ media: "print" });
  expect("the controls are printed", !(await paper.locator("aside").isVisible()));
}

async function main([program, url]) {
  const browser = await chromium.launch({ executablePath: program, args: FLAGS });
  // A browser that is left open keeps this program from ending.
  try {
    const said = await work(browser, url);
    await look(browser, url);
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
