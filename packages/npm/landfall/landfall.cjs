#!/usr/bin/env node
// Runs the program of the package for this machine, which npm has installed beside this one.
"use strict";
const { spawnSync } = require("node:child_process");

const machine = `landfall-${process.platform}-${process.arch}`;
const program = process.platform === "win32" ? "landfall.exe" : "landfall";

let path;
try {
  path = require.resolve(`${machine}/${program}`);
} catch {
  console.error(`landfall: there is no package ${machine}: it was left out, or is not made.`);
  console.error("Install without --omit=optional, or build it with cargo.");
  process.exit(2);
}
const run = spawnSync(path, process.argv.slice(2), { stdio: "inherit" });
if (run.error) {
  console.error(`landfall: ${run.error.message}`);
  process.exit(2);
}
if (run.signal) {
  process.kill(process.pid, run.signal);
}
process.exitCode = run.status;
