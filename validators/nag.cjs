// Holds templates against cdk-nag: nothing may be found but what a template
// acknowledges with a reason, and nothing acknowledged may be amiss.
const { App, CfnResource, Stack, Validations } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { AwsSolutionsChecks, ServerlessChecks } = require("cdk-nag");

/** What the packs find in an app beyond what it acknowledges. */
function nag(app) {
  const found = [];
  for (const Pack of [AwsSolutionsChecks, ServerlessChecks]) {
    for (const violation of new Pack(app).validateScope(app).violations) {
      for (const one of violation.violatingConstructs ?? violation.violatingResources ?? []) {
        found.push(`${violation.ruleName} ${one.constructPath ?? one.resourceLogicalId}: ${violation.description}`);
      }
    }
  }
  return found;
}
exports.nag = nag;

if (require.main === module) {
  let findings = 0;
  for (const file of process.argv.slice(2)) {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, "Stack");
    new CfnInclude(stack, "Template", { templateFile: file });
    for (const one of stack.node.findAll().filter((one) => CfnResource.isCfnResource(one))) {
      for (const { id, reason } of one.cfnOptions.metadata?.cdk_nag?.rules_to_suppress ?? []) {
        Validations.of(one).acknowledge({ id, reason });
      }
    }
    const found = nag(app);
    findings += found.length;
    for (const one of found) console.log(`${file}: ${one}`);
  }
  process.exitCode = findings > 0 ? 1 : 0;
}
