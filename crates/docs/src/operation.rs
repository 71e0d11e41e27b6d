//! An operation as a page shows it.

use http::StatusCode;
use serde_json::Value;

use crate::documents::{Document, text};
use crate::fields::{self, Field};
use crate::{curl, prose};

pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    /// HTML.
    pub(crate) description: String,
    pub(crate) callers: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) refusals: Vec<Answer>,
    pub(crate) curl: String,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
    /// HTML.
    pub(crate) description: String,
}

pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) reason: String,
    /// HTML.
    pub(crate) description: String,
    pub(crate) fields: Vec<Field>,
    /// Stable words of a refusal.
    pub(crate) words: Vec<String>,
}

impl Operation {
    pub(crate) fn of(
        document: &Document,
        base: &str,
        (path, method, operation): (&str, &str, &Value),
    ) -> Self {
        let (answers, refusals) = answers(document, operation);
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        Self {
            id: text(&operation["operationId"]).to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]).to_owned(),
            description: prose::html(text(&operation["description"])),
            callers: callers(operation),
            parameters: parameters
                .map(|parameter| Parameter {
                    name: text(&parameter["name"]).to_owned(),
                    place: text(&parameter["in"]).to_owned(),
                    kind: fields::kind(document, &parameter["schema"]),
                    required: parameter["required"] == true,
                    description: prose::line(text(&parameter["description"])),
                })
                .collect(),
            body: body(document, operation),
            answers,
            refusals,
            curl: curl::of(document, base, (path, method, operation)),
        }
    }
}

/// Who may call, in a sentence.
fn callers(operation: &Value) -> String {
    let callers = operation["x-callers"].as_array().into_iter().flatten();
    let words: Vec<&str> = callers
        .map(|who| match text(who) {
            "full" => "full keys",
            "agent" => "agent keys",
            "operator" => "operators",
            "account" => "the account itself",
            _ => "anyone",
        })
        .collect();
    words.join(", ")
}

fn body(document: &Document, operation: &Value) -> Option<Body> {
    let body = operation.get("requestBody")?;
    let content = body["content"].as_object()?.values().next()?;
    Some(Body {
        required: body["required"] == true,
        fields: fields::of(document, &content["schema"]),
    })
}

/// Successes with their fields, refusals with their words.
fn answers(document: &Document, operation: &Value) -> (Vec<Answer>, Vec<Answer>) {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let all = responses.map(|(status, response)| {
        let response = document.resolve(response);
        let content = response["content"].as_object();
        let (media, content) = content
            .and_then(|content| content.iter().next())
            .map_or(("", &Value::Null), |(media, content)| {
                (media.as_str(), content)
            });
        let is_refusal = status.starts_with(['4', '5']);
        let schema = &content["schema"];
        let words = ["error", "response_code"].map(|name| &schema["properties"][name]["enum"]);
        let words = words.into_iter().filter_map(Value::as_array).flatten();
        let described = text(&response["description"]);
        let reason = status
            .parse()
            .ok()
            .and_then(|code| StatusCode::from_u16(code).ok());
        let answer = Answer {
            status: status.clone(),
            reason: reason
                .and_then(|code| code.canonical_reason())
                .unwrap_or_default()
                .to_owned(),
            description: match media {
                "" | "application/json" => prose::line(described),
                media => format!("{} <code>{media}</code>", prose::line(described)),
            },
            fields: match is_refusal || media != "application/json" {
                true => Vec::new(),
                false => fields::of(document, schema),
            },
            words: words.map(text).map(str::to_owned).collect(),
        };
        (is_refusal, answer)
    });
    let (refusals, answers): (Vec<_>, Vec<_>) = all.partition(|(is_refusal, _)| *is_refusal);
    let only =
        |answers: Vec<(bool, Answer)>| answers.into_iter().map(|(_, answer)| answer).collect();
    (only(answers), only(refusals))
}
