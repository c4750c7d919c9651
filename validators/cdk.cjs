// Holds what a CDK app synthesises against the template that stands beside it: the same
// resources by name and type, with the same properties but for what is listed here.
const { existsSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const { App, DefaultStackSynthesizer, Stack } = require("aws-cdk-lib");
const { Template } = require("aws-cdk-lib/assertions");
const { nag } = require("./nag.cjs");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");

/** What constructs of the second level add or leave to the default, each with the reason. */
const KNOWN = [
  // The bucket's own construct lets logs in from the one bucket that sends them: narrower.
  [/^AWS::S3::BucketPolicy/, /allow s3:PutObject .*logging\.s3\.amazonaws\.com/],
];

/** A value in one canonical form: functions as text with `<...>`, one-element lists as their element. */
function canonical(value) {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  if (value === null || typeof value !== "object") {
    return String(value);
  }
  const [name] = Object.keys(value);
  if (Object.keys(value).length === 1) {
    if (name === "Ref") return `<${value.Ref}>`;
    if (name === "Fn::GetAtt") return `<${[value[name]].flat().join(".")}>`;
    if (name === "Fn::Join" && value[name][0] === "") {
      const parts = value[name][1].map(canonical);
      // The construct of a repository puts its address together from its parts.
      if (parts.includes(".dkr.ecr.")) return parts.at(-1).replace(">", ".RepositoryUri>");
      return parts.join("");
    }
    if (name === "Fn::Sub" && typeof value[name] === "string") {
      return value[name].replaceAll(/\$\{([^!}][^}]*)\}/g, "<$1>").replaceAll("${!", "${");
    }
    if (name === "Fn::GetAZs") return "<zones>";
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, canonical(inner)]));
}

/** What a policy says, one line for each action and principal, with its resources and conditions. */
function said(document) {
  const lines = [];
  for (const one of [document.Statement].flat()) {
    const principals = typeof one.Principal === "string" ? [one.Principal] : Object.values(one.Principal ?? {}).flat();
    const rest = `${JSON.stringify([one.Resource ?? []].flat().toSorted())} ${JSON.stringify(one.Condition ?? {})}`;
    for (const action of [one.Action].flat()) {
      for (const principal of principals.length > 0 ? principals : [""]) {
        lines.push(`${one.Effect.toLowerCase()} ${action} ${principal} ${rest}`);
      }
    }
  }
  return lines.toSorted();
}

/** Every leaf of a value with its path; policies by what they say. */
function leaves(value, path = "") {
  if (value && typeof value === "object" && "Statement" in value) {
    return said(value).map((line) => `${path}: ${line}`);
  }
  if (value && typeof value === "object") {
    const isSet = Array.isArray(value) && value.every((one) => one && typeof one === "object" && ("Name" in one || "Key" in one));
    return Object.entries(value).flatMap(([key, inner]) => {
      const named = isSet ? (inner.Name ?? inner.Key) : key;
      return leaves(inner, `${path}/${named}`);
    });
  }
  return [`${path}: ${value}`];
}

function differences(mine, theirs) {
  const found = [];
  for (const id of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [one, other] = [mine[id], theirs[id]];
    if (one?.Type !== other?.Type) {
      found.push(`${id}: ${one?.Type} in the template, ${other?.Type} in the app`);
      continue;
    }
    const what = `${one.Type} ${id}`;
    const [ours, apps] = [one, other].map((each) => new Set(leaves(canonical(each.Properties ?? {}))));
    const known = (leaf) => KNOWN.some(([type, pattern]) => type.test(what) && pattern.test(leaf));
    for (const leaf of ours) if (!apps.has(leaf) && !known(leaf)) found.push(`${what}: not in the app: ${leaf}`);
    for (const leaf of apps) if (!ours.has(leaf) && !known(leaf)) found.push(`${what}: only in the app: ${leaf}`);
    for (const key of ["DeletionPolicy", "UpdateReplacePolicy"]) {
      if (one[key] !== other[key]) found.push(`${what}: ${key} is ${one[key]} and ${other[key]}`);
    }
    // What is said of a policy is said where its construct makes it.
    const isMade = /^AWS::(S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy)$/.test(one.Type);
    for (const key of isMade ? ["UpdatePolicy"] : ["UpdatePolicy", "Metadata"]) {
      const [left, right] = [one, other].map((each) => JSON.stringify(canonical(each[key] ?? {})));
      if (left !== right) found.push(`${what}: ${key} is ${left} and ${right}`);
    }
    const waits = new Set([other.DependsOn ?? []].flat());
    for (const id of [one.DependsOn ?? []].flat()) {
      if (!waits.has(id)) found.push(`${what}: does not wait for ${id}`);
    }
  }
  return found;
}

// The folder of the blueprints, and that of their compiled code.
const [folder, compiled] = process.argv.slice(2);

/** A stack of a class, in an app set up as `cdk.json` says. */
function make(Class, name) {
  const { context } = require(join(folder, name, "cdk", "cdk.json"));
  const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  return new Class(new App({ analyticsReporting: false, context }), "Stack", { synthesizer });
}

let [findings, stacks] = [0, 0];
for (const name of readdirSync(compiled).toSorted()) {
  for (const [file, template] of [["stack.js", "template.yaml"], ["code.js", "code.yaml"]]) {
    const module = join(compiled, name, "cdk", file);
    if (!existsSync(module)) continue;
    stacks += 1;
    const included = make(Stack, name);
    new CfnInclude(included, "Template", { templateFile: join(folder, name, template) });
    const ours = Template.fromStack(included).toJSON();
    const [Class] = Object.values(require(module));
    const stack = make(Class, name);
    const app = Template.fromStack(stack).toJSON();
    const found = differences(ours.Resources, app.Resources);
    for (const key of ["Parameters", "Outputs"]) {
      const sides = [ours, app].map((each) => Object.entries(each[key] ?? {}).flatMap(([id, one]) => leaves(canonical(one), id)).toSorted());
      const [left, right] = sides.map((side) => JSON.stringify(side));
      if (left !== right) {
        const missing = sides[0].filter((leaf) => !sides[1].includes(leaf));
        const more = sides[1].filter((leaf) => !sides[0].includes(leaf));
        found.push(`${key}: not in the app: ${missing}; only in the app: ${more}`);
      }
    }
    found.push(...nag(stack.node.root));
    findings += found.length;
    for (const one of found) console.log(`${name}/${template}: ${one}`);
  }
}
console.log(`${stacks} stacks`);
process.exitCode = findings > 0 ? 1 : 0;
