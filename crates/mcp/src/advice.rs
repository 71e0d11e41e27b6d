//! What a model is told when something did not work: what happened, what to do, and whether the same call may be made again. Models take an
//! error for an obstacle; a text that is sent again is somebody's second text.

use postern_wire::control::Problem;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use crate::answer::Answer;

/// Why a tool has no result.
pub(crate) enum Trouble {
    /// The arguments cannot be used: says which and how to mend them.
    Arguments(String),
    /// An answer that was not 2xx.
    Refused { answer: Box<Answer>, sends: bool },
    /// Nothing of a send was accepted, although the call was answered with success.
    NothingAccepted(Value),
    /// What was asked for is not there.
    Missing(String),
    /// The key may not use this tool.
    Hidden(String),
    /// The server is ending.
    Stopping,
    /// A mistake of ours.
    Failed,
}

/// Whether the same call may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    Never,
    /// Unchanged, after a while.
    Later,
    /// With what is wrong put right.
    Corrected,
}

impl Again {
    fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Later => "later, unchanged",
            Self::Corrected => "corrected",
        }
    }
}

/// What to do about it.
struct Advice {
    text: String,
    again: Again,
}

fn advice(again: Again, text: impl Into<String>) -> Advice {
    Advice {
        text: text.into(),
        again,
    }
}

const REPORT: &str = "Do not try it again, in another form, in smaller pieces or by another tool. Tell the person who asked you what it says.";

/// What to do about a refusal of ours; the words are those of docs/control-api.md and docs/limits.md.
fn about(problem: &Problem, retry_after: Option<u64>, sends: bool) -> Advice {
    let approval = problem.approval_id.as_deref().unwrap_or("…");
    let send = problem.send_id.as_deref().unwrap_or("…");
    let seconds = retry_after.unwrap_or(5);
    match problem.error.as_str() {
        "approval_required" => advice(
            Again::Never,
            format!(
                "Do not resend, not in smaller pieces either: once a person approves, Postern sends exactly this call, once. Tell the person who asked \
                 you that it waits, and look with get_approval {{\"approval_id\": \"{approval}\", \"wait_seconds\": 30}}."
            ),
        ),
        "send_unknown" | "already_sent" => advice(
            Again::Never,
            format!(
                "Do not send it again: it may be on its way. Look with get_send {{\"send_id\": \"{send}\"}} and with list_messages, then report."
            ),
        ),
        "idempotency_in_progress" => advice(
            Again::Later,
            format!(
                "The same send is under way. Wait {seconds} s, then make the same call once: it is answered with the first result, and nothing is sent twice."
            ),
        ),
        "idempotency_key_reused" => advice(
            Again::Corrected,
            "This idempotency_key belongs to another message. If the message is meant to differ it is a new one: leave idempotency_key out, or choose a new one.",
        ),
        "rate_limited" | "too_many_attempts" => advice(
            Again::Later,
            format!("Nothing was done. Wait {seconds} s, then make the same call once more."),
        ),
        "opted_out" => advice(
            Again::Never,
            "That person has asked not to be written to. Leave them alone, and tell the person who asked you.",
        ),
        "quiet_hours" => advice(
            Again::Never,
            "It is night where the recipient is. If a later time serves the purpose, set send_at behind `passes_at`; else report.",
        ),
        "frozen" => advice(Again::Never, "Somebody has stopped this. Stop, and report."),
        "missing_key" | "invalid_key" | "expired_key" | "revoked_key" | "address_not_allowed" => {
            advice(
                Again::Never,
                "The key does not work. Ask the person who asked you for one that does.",
            )
        }
        "connection_not_found"
        | "connection_not_active"
        | "no_connection"
        | "missing_connection" => advice(
            Again::Corrected,
            "Look with list_connections. A connection that is missing or broken is made or mended by a person: tell them.",
        ),
        _ => match problem.code {
            502..=504 if sends => advice(
                Again::Later,
                "Nothing was sent. Make the same call once more in a minute, unchanged; if it fails again, report.",
            ),
            500.. => advice(
                Again::Later,
                "Once more in a minute, unchanged; if it fails again, report.",
            ),
            400 | 404 | 405 | 413 | 422 => advice(
                Again::Corrected,
                "Put right what it names, then call again. If you do not know how, report.",
            ),
            _ => advice(Again::Never, REPORT),
        },
    }
}

/// What to do about an answer that is not ours: the account's provider gave it.
fn about_upstream(answer: &Answer, sends: bool) -> Advice {
    match answer.status.as_u16() {
        429 => advice(
            Again::Later,
            format!(
                "The provider wants fewer calls. Wait {} s, then make the same call once more.",
                answer.retry_after_seconds().unwrap_or(30)
            ),
        ),
        500.. if sends => advice(
            Again::Never,
            "Do not send it again: it may be on its way. Look with list_messages, then report.",
        ),
        500.. => advice(
            Again::Later,
            "Once more in a minute, unchanged; if it fails again, report.",
        ),
        400 | 404 | 422 => advice(
            Again::Corrected,
            "Put right what it names, then call again. If you do not know how, report.",
        ),
        _ => advice(Again::Never, REPORT),
    }
}

/// What a status of one message means, for those that were not accepted.
pub(crate) fn about_message(status: &str) -> &'static str {
    match status {
        "INVALID_RECIPIENT" => {
            "the number cannot be written to; check it with the person who gave it to you"
        }
        "INSUFFICIENT_CREDIT" => "the account has no credit; a person must top it up",
        "COUNTRY_NOT_ENABLED" => {
            "the account may not send to that country; a person must enable it"
        }
        "INVALID_SENDER_ID" => "the account does not own that sender; leave `from` out",
        "THROTTLED" => "the same text went to that number a moment ago; do not send it again",
        _ => "report it",
    }
}

impl Trouble {
    pub(crate) fn arguments(text: impl Into<String>) -> Self {
        Self::Arguments(text.into())
    }

    pub(crate) fn result(self) -> CallToolResult {
        let (message, what, mut facts) = match self {
            Self::Arguments(message) => (
                format!("Nothing was done. {message}"),
                advice(Again::Corrected, "Put the argument right, then call again."),
                json!({"error": "invalid_arguments"}),
            ),
            Self::Hidden(tool) => (
                format!("Nothing was done. This key may not use {tool}."),
                advice(Again::Never, REPORT),
                json!({"error": "forbidden"}),
            ),
            Self::Missing(message) => (
                message,
                advice(
                    Again::Corrected,
                    "Check the id and the channel; list_messages shows what there is.",
                ),
                json!({"error": "not_found"}),
            ),
            Self::Failed => (
                "Something went wrong in the server; what it was is in its log. It may have been carried out.".to_owned(),
                advice(Again::Never, "Do not send anything again. Look with list_messages, then report."),
                json!({"error": "internal"}),
            ),
            Self::Stopping => (
                "Nothing was done. The server is stopping.".to_owned(),
                advice(Again::Later, "Make the same call once more in a minute."),
                json!({"error": "unavailable"}),
            ),
            Self::NothingAccepted(result) => (
                result["summary"].as_str().unwrap_or_default().to_owned(),
                advice(
                    Again::Never,
                    "The account has refused it. Do not send the same again; `messages` says why for each.",
                ),
                json!({"error": "not_accepted", "answer": result}),
            ),
            Self::Refused { answer, sends } => refused(&answer, sends),
        };
        facts["message"] = message.clone().into();
        facts["what_to_do"] = what.text.clone().into();
        facts["same_call_again"] = what.again.as_str().into();
        let mut result = CallToolResult::error(vec![ContentBlock::text(format!(
            "{message}\nWhat to do: {}",
            what.text
        ))]);
        result.structured_content = Some(facts);
        result
    }
}

fn refused(answer: &Answer, sends: bool) -> (String, Advice, Value) {
    let mut facts = json!({"status": answer.status.as_u16()});
    if let Some(id) = answer.request_id() {
        facts["request_id"] = id.into();
    }
    let retry_after = answer.retry_after_seconds();
    if let Some(seconds) = retry_after {
        facts["retry_after_seconds"] = seconds.into();
    }
    if let Some(problem) = answer.problem() {
        let what = about(&problem, retry_after, sends);
        if let Ok(Value::Object(said)) = serde_json::to_value(&problem) {
            let kept = ["error", "field", "send_id", "approval_id", "verdicts"];
            for (name, value) in said {
                if kept.contains(&name.as_str()) {
                    facts[name] = value;
                }
            }
        }
        let message = match &problem.field {
            Some(field) => format!("{} (`{field}`)", problem.message),
            None => problem.message,
        };
        return (message, what, facts);
    }
    let json = answer.json();
    let said = ["response_msg", "message", "error"]
        .iter()
        .find_map(|name| json[*name].as_str())
        .unwrap_or("it gave no reason")
        .to_owned();
    facts["error"] = json["response_code"].as_str().unwrap_or("refused").into();
    facts["answer"] = json;
    let message = format!(
        "The account's provider answered {}: {said}",
        answer.status.as_u16()
    );
    (message, about_upstream(answer, sends), facts)
}

#[cfg(test)]
mod tests;
