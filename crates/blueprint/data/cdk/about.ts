import { CfnResource, Stack, Validations } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ITopic } from "aws-cdk-lib/aws-sns";
import { IConstruct } from "constructs";

/** What else is known of a resource: what must hold, what is left open and why, and which rules of scanners it does not meet. */
export interface More {
  must?: string[];
  open?: Record<string, string>;
  checkov?: Record<string, string>;
  nag?: Record<string, string>;
}

/** Says in the template why a resource is there. */
export function about(construct: IConstruct, why: string, more: More = {}): void {
  const resource = (construct.node.defaultChild ?? construct) as CfnResource;
  const { must, open } = more;
  resource.addMetadata("com.aws.cloudformation.Context", must ? { why, must } : { why });
  if (open) {
    resource.addMetadata("Landfall", { Open: open });
  }
  const checkov = Object.entries(more.checkov ?? {});
  if (checkov.length > 0) {
    const skip = checkov.map(([id, comment]) => ({ id, comment }));
    resource.addMetadata("checkov", { skip });
  }
  const nag = Object.entries(more.nag ?? {}).map(([id, reason]) => ({ id, reason }));
  if (nag.length > 0) {
    resource.addMetadata("cdk_nag", { rules_to_suppress: nag });
    Validations.of(resource).acknowledge(...nag);
  }
}

/** Tells a topic of an alarm, of its end, and of missing data. */
export function tell(alarm: Alarm, topic: ITopic): void {
  const action = new SnsAction(topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  alarm.addInsufficientDataAction(action);
}

/** Gives every resource the name that it has in template.yaml: those of its constructs, joined. */
export function keepNames(stack: Stack): void {
  for (const child of stack.node.findAll()) {
    if (CfnResource.isCfnResource(child)) {
      const names = child.node.scopes.slice(stack.node.scopes.length).map((one) => one.node.id);
      child.overrideLogicalId(names.filter((name) => name !== "Resource").join(""));
    }
  }
}
