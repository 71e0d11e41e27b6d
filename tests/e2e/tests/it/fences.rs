//! Examples in documents: the fenced blocks, and whether an answer is like the one that is shown.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

pub struct Fence {
    pub language: String,
    pub text: String,
    /// Where it begins.
    pub line: usize,
}

/// # Errors
/// When one is not closed.
pub fn fences(document: &str) -> Result<Vec<Fence>> {
    let mut found = Vec::new();
    let mut open: Option<Fence> = None;
    for (number, line) in document.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(language), None) => {
                open = Some(Fence {
                    language: language.to_owned(),
                    text: String::new(),
                    line: number + 1,
                });
            }
            (None, Some(fence)) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            (None, None) => {}
        }
    }
    ensure!(open.is_none(), "the last block is not closed");
    Ok(found)
}

/// An example shows what matters: objects may have more fields and lists more elements than it names, and `…` in a text stands
/// for anything.
///
/// # Errors
/// When the answer is another; says where.
pub fn like(shown: &Value, answer: &Value, place: &str) -> Result<()> {
    match shown {
        Value::Object(fields) => {
            for (name, value) in fields {
                let found = answer
                    .get(name)
                    .with_context(|| format!("{place}.{name} is not in {answer}"))?;
                like(value, found, &format!("{place}.{name}"))?;
            }
            Ok(())
        }
        Value::Array(elements) => {
            for (number, value) in elements.iter().enumerate() {
                let found = answer
                    .get(number)
                    .with_context(|| format!("{place}[{number}] is not in {answer}"))?;
                like(value, found, &format!("{place}[{number}]"))?;
            }
            ensure!(answer.is_array(), "{place} is {answer}");
            Ok(())
        }
        Value::String(text) if text.contains('…') => {
            let found = answer.as_str().unwrap_or_default();
            ensure!(fills(text, found), "{place} is {answer}, not like {shown}");
            Ok(())
        }
        _ => {
            ensure!(shown == answer, "{place} is {answer}, not {shown}");
            Ok(())
        }
    }
}

/// Whether a text is what is shown, with something in the place of each `…`.
fn fills(shown: &str, text: &str) -> bool {
    let Some((beginning, rest)) = shown.split_once('…') else {
        return shown == text;
    };
    text.strip_prefix(beginning).is_some_and(|text| {
        (1..=text.len()).any(|skip| text.get(skip..).is_some_and(|text| fills(rest, text)))
    })
}

#[test]
fn an_answer_is_like_what_is_shown_or_not() -> Result<()> {
    let answer = serde_json::json!({"id": "a-17", "rows": [1, 2], "more": null});
    for shown in [
        r#"{"id": "a-17"}"#,
        r#"{"id": "…", "rows": [1]}"#,
        r#"{"id": "a-…7", "rows": []}"#,
    ] {
        like(&serde_json::from_str(shown)?, &answer, "")?;
    }
    for shown in [
        r#"{"id": "a-1"}"#,
        r#"{"id": "b…"}"#,
        r#"{"id": "a-17…"}"#,
        r#"{"rows": [2]}"#,
        r#"{"rows": [1, 2, 3]}"#,
        r#"{"more": "…"}"#,
        r#"{"none": null}"#,
        r#"{"id": []}"#,
    ] {
        let other = like(&serde_json::from_str(shown)?, &answer, "");
        ensure!(other.is_err(), "{shown} is not like {answer}");
    }
    Ok(())
}
