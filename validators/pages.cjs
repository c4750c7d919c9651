// Opens pages in Chromium: nothing is fetched, nothing complained of, nothing runs over the
// edge, text stands out, and all of it is there without JavaScript.
const { existsSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

const WIDTHS = [400, 900, 1600];
const SCHEMES = ["light", "dark"];
// What accessibility is asked for: WCAG 2.1 at level AA.
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

// Views whose accessibility is looked at in any case: the narrowest in the dark, the widest in the light.
const USUAL = ["400 dark", "1600 light"];

/** What is wrong with a page as a script sees it; of its accessibility where that is asked for. */
async function seen(page, isAccessible) {
  const found = [];
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (over > 0) found.push(`runs ${over} pixels over the edge`);
  if (!isAccessible) return found;
  await page.addScriptTag({ path: axe });
  const report = await page.evaluate((tags) => axe.run({ runOnly: tags }), TAGS);
  for (const one of report.violations) {
    const [first] = one.nodes;
    found.push(`${one.id}: ${one.help}: ${first.html.slice(0, 160)} and ${one.nodes.length - 1} more`);
  }
  return found;
}

async function look(browser, url, options, work) {
  const found = [];
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => found.push(`says ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`fails: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) found.push(`fetches ${request.url()}`);
  });
  await page.goto(url, { waitUntil: "load" });
  found.push(...(await work(page)));
  await context.close();
  return found;
}

async function all(browser, extent, files) {
  let findings = 0;
  const tell = (file, how, found) => {
    findings += found.length;
    for (const one of new Set(found)) console.log(`${file} ${how}: ${one}`);
  };
  for (const file of files) {
    if (!existsSync(file)) throw new Error(`there is no ${file}`);
    const url = pathToFileURL(file).href;
    const text = new Set();
    const views = WIDTHS.flatMap((width) => SCHEMES.map((colorScheme) => ({ width, colorScheme })));
    const looks = views.map(async ({ width, colorScheme }) => {
      const options = { viewport: { width, height: 900 }, colorScheme, offline: true };
      const found = await look(browser, url, options, async (page) => {
        text.add(await page.locator("body").innerText());
        return seen(page, extent === "full" || USUAL.includes(`${width} ${colorScheme}`));
      });
      tell(file, `${width} pixels, ${colorScheme}`, found);
    });
    await Promise.all(looks);
    const plain = { viewport: { width: 900, height: 900 }, javaScriptEnabled: false, offline: true };
    const found = await look(browser, url, plain, async (page) => {
      const without = await page.locator("body").innerText();
      return text.has(without) ? [] : ["is another without JavaScript"];
    });
    tell(file, "without JavaScript", found);
    const paper = await look(browser, url, { offline: true }, async (page) => {
      await page.emulateMedia({ media: "print" });
      const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page[^s]/g);
      return pages ? [] : ["cannot be printed"];
    });
    tell(file, "on paper", paper);
  }
  console.log(`${files.length} pages`);
  process.exitCode = findings > 0 ? 1 : 0;
}

async function main([program, extent, ...files]) {
  const browser = await chromium.launch({ executablePath: program, args: FLAGS });
  // A browser that is left open keeps this program from ending.
  try {
    await all(browser, extent, files);
  } finally {
    await browser.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.log(error.message);
  process.exitCode = 1;
});
