//! Values of a template as expressions of TypeScript.

use landfall_source::escape::template_literal;

use super::typescript::{Ts, camel};
use super::words::Words;
use crate::data::pascal;
use crate::graph::{Fault, Graph};
use crate::value::{Node, Value};

/// What expressions are written from.
#[derive(Debug)]
pub(super) struct Speech<'g> {
    pub(super) graph: &'g Graph,
    pub(super) words: &'g Words,
    /// Resources that are written as constructs of the second level.
    pub(super) second: std::collections::BTreeSet<String>,
}

type Said = Result<Ts, Fault>;

impl Speech<'_> {
    /// The variable of a resource or parameter; one cannot begin with a digit.
    pub(super) fn variable(id: &str) -> String {
        let mut letters = id.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        let mark = first.filter(char::is_ascii_digit).map(|_| '_');
        mark.into_iter().chain(first).chain(letters).collect()
    }

    /// A value with the names of the CDK; `is_open` where keys are somebody's own.
    pub(super) fn say(&self, node: &Node, is_open: bool) -> Said {
        Ok(match &node.value {
            Value::Null => Ts::plain("undefined"),
            Value::Bool(flag) => Ts::plain(flag.to_string()),
            Value::Number(text) => Ts::plain(text),
            Value::Text(text) => Ts::text(text),
            Value::List(items) => {
                let items = items.iter().map(|item| self.say(item, is_open));
                Ts::List(items.collect::<Result<_, _>>()?)
            }
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, inner)| {
                    let name = if is_open { key.clone() } else { camel(key) };
                    let is_open = is_open || self.words.is_open(key);
                    Ok((name, self.say(inner, is_open)?))
                });
                Ts::Object(entries.collect::<Result<_, Fault>>()?)
            }
            Value::Call(name, argument) => self.call(name, argument)?,
        })
    }

    fn call(&self, name: &str, argument: &Node) -> Said {
        let lost = || Fault(format!("the CDK has no word for {name} {argument}"));
        let list = |node: &Node| self.say(node, false);
        let parts = argument.items();
        Ok(match (name, parts) {
            ("Ref", _) => Ts::plain(self.reference(argument.text().ok_or_else(lost)?)?),
            ("Fn::GetAtt", [id, attribute]) => {
                let (id, attribute) = id.text().zip(attribute.text()).ok_or_else(lost)?;
                Ts::plain(self.attribute(id, attribute)?)
            }
            ("Fn::Sub", []) => self.substitute(argument.text().ok_or_else(lost)?)?,
            ("Fn::Base64", _) => Ts::Call("cdk.Fn.base64".to_owned(), vec![list(argument)?]),
            ("Fn::GetAZs", _) => Ts::plain("cdk.Fn.getAzs()"),
            ("Fn::Select" | "Fn::Join", [first, second]) => {
                let name = format!("cdk.Fn.{}", camel(name.trim_start_matches("Fn::")));
                Ts::Call(name, vec![list(first)?, list(second)?])
            }
            ("Fn::Cidr", [of, count, bits]) => {
                let bits = Ts::text(bits.text().ok_or_else(lost)?);
                Ts::Call(
                    "cdk.Fn.cidr".to_owned(),
                    vec![list(of)?, list(count)?, bits],
                )
            }
            _ => return Err(lost()),
        })
    }

    /// `Ref`.
    pub(super) fn reference(&self, id: &str) -> Result<String, Fault> {
        if let Some(pseudo) = id.strip_prefix("AWS::") {
            let name = match pseudo {
                "AccountId" => "ACCOUNT_ID",
                "Partition" => "PARTITION",
                "Region" => "REGION",
                "StackName" => "STACK_NAME",
                "URLSuffix" => "URL_SUFFIX",
                _ => return Err(Fault(format!("the CDK has no word for {id}"))),
            };
            return Ok(format!("cdk.Aws.{name}"));
        }
        let variable = Self::variable(id);
        if let Some(parameter) = self.graph.parameter(id) {
            let kind = parameter
                .get("Type")
                .and_then(Node::text)
                .unwrap_or("String");
            let value = match kind {
                "Number" => "valueAsNumber",
                kind if kind.starts_with("List<") || kind == "CommaDelimitedList" => "valueAsList",
                _ => "valueAsString",
            };
            return Ok(format!("{variable}.{value}"));
        }
        Ok(match self.class(id) {
            Some(class) => format!("{variable}.{}", class.reference),
            None => format!("{variable}.ref"),
        })
    }

    fn class(&self, id: &str) -> Option<&super::words::Class> {
        let one = self.graph.get(id).filter(|_| self.second.contains(id))?;
        self.words.class(&one.kind)
    }

    /// `Fn::GetAtt`.
    fn attribute(&self, id: &str, attribute: &str) -> Result<String, Fault> {
        let variable = Self::variable(id);
        let Some(class) = self.class(id) else {
            let name = pascal(&camel(&attribute.replace('.', "")));
            return Ok(format!("{variable}.attr{name}"));
        };
        let name = class.attributes.get(attribute);
        let name = name.ok_or_else(|| Fault(format!("{id} has no attribute {attribute}")))?;
        Ok(format!("{variable}.{name}"))
    }

    /// A text with placeholders as a template literal.
    fn substitute(&self, text: &str) -> Said {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, left) = after
                .split_once('}')
                .ok_or_else(|| Fault(format!("a placeholder without an end in {text}")))?;
            out.push_str(&template_literal(before));
            if let Some(plain) = name.strip_prefix('!') {
                out.push_str(&template_literal(&format!("${{{plain}}}")));
            } else {
                let said = match name.split_once('.') {
                    Some((id, attribute)) => self.attribute(id, attribute)?,
                    None => self.reference(name)?,
                };
                if before.is_empty() && left.is_empty() && out.is_empty() {
                    return Ok(Ts::plain(said));
                }
                out.extend(["${", &said, "}"]);
            }
            rest = left;
        }
        out.push_str(&template_literal(rest));
        Ok(Ts::plain(format!("`{out}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_names_of_typescript() {
        assert_eq!(Speech::variable("PhotosFunction"), "photosFunction");
        assert_eq!(Speech::variable("2ndFunction"), "_2ndFunction");
    }
}
