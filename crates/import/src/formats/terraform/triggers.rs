//! What starts the work in a plan of Terraform.

use std::collections::BTreeMap;

use landfall_source::yaml::Node;
use landfall_workload::FactId;

use super::{Plan, Resource};
use crate::finding::Found;
use crate::settings;

impl<'p> Plan<'p> {
    pub(super) fn triggers(&self, found: &mut BTreeMap<&'p str, Found>) {
        for one in &self.resources {
            let mut targets = self.referred(*one, &TARGETS);
            for alias in self.referred(*one, &["aws_lambda_alias"]) {
                targets.extend(self.referred(alias, &TARGETS));
            }
            for target in targets {
                if let Some(function) = found.get_mut(target.address) {
                    self.starts(*one, target, function);
                }
            }
        }
        for one in self.of("aws_batch_job_definition") {
            if let Some(job) = found.get_mut(one.address)
                && !job.knows(FactId::Trigger)
            {
                settings::trigger(job, "batch", self.place(one.node), None);
            }
        }
    }

    /// What a resource that refers to a function says of what starts it.
    fn starts(&self, one: Resource<'p>, target: Resource<'p>, function: &mut Found) {
        let place = self.place(one.node);
        match one.kind {
            "aws_lambda_event_source_mapping" => self.mapped(one, function),
            "aws_lambda_function_url" => {
                settings::trigger(function, "http", place.clone(), None);
                settings::front_door(function, "function-url", place);
            }
            "aws_api_gateway_integration" => {
                settings::trigger(function, "http", place.clone(), None);
                settings::front_door(function, "rest-api", place);
            }
            "aws_apigatewayv2_integration" => {
                let api = self.referred(one, &["aws_apigatewayv2_api"]);
                let protocol = api.first().and_then(|api| self.text(*api, "protocol_type"));
                match protocol.as_ref().map(|set| set.value.as_str()) {
                    Some("WEBSOCKET") => settings::trigger(function, "websocket", place, None),
                    Some(_) => {
                        settings::trigger(function, "http", place.clone(), None);
                        settings::front_door(function, "http-api", place);
                    }
                    None => function.is_started("an API calls it", place),
                }
            }
            "aws_sns_topic_subscription" => settings::trigger(function, "event-bus", place, None),
            "aws_s3_bucket_notification" => {
                let events = one.values.at("lambda_function/0/events");
                let names = events.map(Node::one_or_more).unwrap_or_default();
                let is_created = |node: &&Node| {
                    node.text()
                        .is_some_and(|text| text.starts_with("s3:ObjectCreated"))
                };
                if !names.is_empty() && names.iter().all(is_created) {
                    settings::trigger(function, "object-created", place, None);
                } else {
                    function.is_started("a bucket notifies it, not only of new objects", place);
                }
            }
            "aws_cloudwatch_event_target" => {
                let rule = self.referred(one, &["aws_cloudwatch_event_rule"]);
                let rule = rule.first();
                let schedule = rule.and_then(|rule| self.text(*rule, "schedule_expression"));
                match (rule, schedule) {
                    (_, Some(schedule)) => settings::schedule(function, schedule, None),
                    (Some(_), None) => settings::trigger(function, "event-bus", place, None),
                    (None, None) => function.is_started("a rule starts it", place),
                }
            }
            "aws_scheduler_schedule" => {
                let zone = self.text(one, "schedule_expression_timezone");
                match self.text(one, "schedule_expression") {
                    Some(schedule) if !schedule.value.starts_with("at(") => {
                        settings::schedule(function, schedule, zone.map(|zone| zone.value));
                    }
                    _ => function.is_started("a schedule starts it", place),
                }
            }
            "aws_lb_target_group_attachment" if target.kind == "aws_lambda_function" => {
                settings::trigger(function, "http", place.clone(), None);
                settings::front_door(function, "alb", place);
            }
            "aws_lambda_permission" => {
                if let Some(who) = self.text(one, "principal") {
                    let hint = format!("{} may invoke it", who.value);
                    function.ask(FactId::Trigger, hint, who.place);
                }
            }
            _ => {}
        }
    }

    /// A queue or a stream that Lambda takes work from.
    fn mapped(&self, one: Resource<'p>, function: &mut Found) {
        let place = self.place(one.node);
        if self
            .text(one, "enabled")
            .is_some_and(|set| set.value == "false")
        {
            let hint = "an event source mapping is switched off";
            function.ask(FactId::Trigger, hint, place);
            return;
        }
        let arn = self
            .text(one, "event_source_arn")
            .map_or(String::new(), |set| set.value);
        let is = |kinds: &[&str], service: &str| {
            arn.contains(service) || !self.referred(one, kinds).is_empty()
        };
        let word = if is(&["aws_sqs_queue"], ":sqs:") {
            "queue"
        } else if is(&["aws_kinesis_stream"], ":kinesis:") {
            "data-stream"
        } else if is(&["aws_dynamodb_table"], ":dynamodb:") {
            "table-stream"
        } else {
            function.is_started("an event source starts it that is not in this plan", place);
            return;
        };
        settings::trigger(function, word, place, None);
        if let Some(size) = self.number(one, "batch_size") {
            size.is(function, FactId::BatchSize, 1.0);
        }
        let window = self.number(one, "maximum_batching_window_in_seconds");
        if let Some(window) = window.filter(|window| window.value > 0.0) {
            window.is(function, FactId::BatchWindow, 1.0);
        }
    }
}

/// Types of resources that others start.
const TARGETS: [&str; 3] = [
    "aws_batch_job_definition",
    "aws_ecs_task_definition",
    "aws_lambda_function",
];
