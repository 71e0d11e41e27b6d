//! A field of a form: its label, what was typed, and what is wrong with it, said where it is.

use askama::Template;
use askama::filters::HtmlSafe;
use postern_wire::control::Problem;

/// How a field is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Text,
    /// A whole number from 0.
    Number,
    /// Money: digits and a point.
    Decimal,
    /// Several lines.
    Lines,
    Url,
}

#[derive(Clone, Debug, Default, Template)]
#[template(path = "console/input.html")]
pub(crate) struct Input {
    pub(crate) name: String,
    label: String,
    hint: String,
    value: String,
    error: String,
    placeholder: String,
    kind: Kind,
    required: bool,
}

impl HtmlSafe for Input {}

impl Input {
    pub(crate) fn new(name: &str, label: &str) -> Input {
        Input {
            name: name.to_owned(),
            label: label.to_owned(),
            ..Input::default()
        }
    }

    pub(crate) fn kind(self, kind: Kind) -> Input {
        Input { kind, ..self }
    }

    pub(crate) fn value(self, value: impl Into<String>) -> Input {
        Input {
            value: value.into(),
            ..self
        }
    }

    pub(crate) fn hint(self, hint: &str) -> Input {
        Input {
            hint: hint.to_owned(),
            ..self
        }
    }

    pub(crate) fn placeholder(self, text: &str) -> Input {
        Input {
            placeholder: text.to_owned(),
            ..self
        }
    }

    pub(crate) fn required(self) -> Input {
        Input {
            required: true,
            ..self
        }
    }

    /// With what is wrong, if `problem` is about this field: `name`, `name[2]` and `name.part` are.
    pub(crate) fn blamed(mut self, problem: Option<&Problem>) -> Input {
        let Some(problem) = problem else { return self };
        if is_about(problem, &self.name) {
            self.error = sentence(problem);
        }
        self
    }

    pub(crate) fn is_blamed(&self) -> bool {
        !self.error.is_empty()
    }
}

pub(crate) fn is_about(problem: &Problem, name: &str) -> bool {
    let Some(field) = &problem.field else {
        return false;
    };
    let field = field.strip_prefix("limits.").unwrap_or(field);
    let name = name.strip_prefix("limits.").unwrap_or(name);
    field
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
}

/// A refusal as people read it: with a capital, a full stop, and what to do.
pub(crate) fn sentence(problem: &Problem) -> String {
    let message = problem.message.replace('`', "");
    // Limits begin with the name of the field, which the label says already.
    let message = match (&problem.field, message.split_once(": ")) {
        (Some(field), Some((name, rest))) if name.ends_with(field.as_str()) => rest,
        _ => message.as_str(),
    };
    let mut text = capital(message);
    if let Some(hint) = &problem.hint {
        text.push(' ');
        text.push_str(&capital(&hint.replace('`', "")));
    }
    text
}

/// The same above a form, where it has to say which field it means.
pub(crate) fn told(problem: &Problem) -> String {
    let Some(field) = &problem.field else {
        return sentence(problem);
    };
    let field = field.strip_prefix("limits.").unwrap_or(field);
    let named = field.replace(['_', '.'], " ");
    format!(
        "{}: {}",
        capital(&named).trim_end_matches('.'),
        sentence(problem)
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    let mut text = format!("{}{}", first.unwrap_or_default(), chars.as_str());
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(field: &str) -> Problem {
        Problem {
            message: "`name` must be short".to_owned(),
            r#type: String::new(),
            code: 422,
            error: "invalid_request".to_owned(),
            request_id: String::new(),
            hint: Some("say less".to_owned()),
            send_id: None,
            approval_id: None,
            verdicts: Vec::new(),
            field: Some(field.to_owned()),
        }
    }

    #[test]
    fn a_field_knows_what_is_said_about_it() {
        for (field, name, about) in [
            ("name", "name", true),
            ("names", "name", false),
            ("cidr[2]", "cidr", true),
            ("limits.quiet_hours", "limits.quiet_hours", true),
            ("quiet_hours", "limits.quiet_hours", true),
            ("approval_above.spend", "limits.approval_above.spend", true),
            ("rules[0].effect", "rule", false),
        ] {
            assert_eq!(is_about(&problem(field), name), about, "{field} {name}");
        }
        let input = Input::new("name", "Name").blamed(Some(&problem("name")));
        let html = input.to_string();
        assert!(html.contains("Name must be short. Say less."), "{html}");
        assert!(html.contains("aria-invalid=\"true\""), "{html}");
    }
}
