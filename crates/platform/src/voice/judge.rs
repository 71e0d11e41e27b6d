//! What a call needs beside what every message needs: a language that is spoken, and a voice that speaks it.

#[cfg(test)]
mod tests;

use postern_domain::channel::Content;
use postern_domain::voice::{Call, DEFAULT_LANG, Lang, Voice};
use postern_wire::clicksend::voice::{CallWishes, SendRequest};

use crate::error::ApiError;
use crate::recipients::{To, judge_each};
use crate::sms::judge::{Judged, Terms, Verdict, bounded, one};

/// # Errors
/// No messages, or too many.
pub(crate) fn judge(
    request: SendRequest,
    recipients: Vec<To>,
    terms: &Terms<'_>,
) -> Result<Vec<Judged>, ApiError> {
    bounded(request.messages.len())?;
    Ok(request
        .messages
        .into_iter()
        .zip(recipients)
        .flat_map(|(message, to)| {
            let (common, wishes) = message.split();
            judge_each(common, to, |common| {
                let mut judged = one(common, &[], terms);
                judged.content = Content::Voice(Call::default());
                match call(&wishes) {
                    Ok(call) => judged.content = Content::Voice(call),
                    Err(verdict) if judged.is_success() => judged.refuse(verdict),
                    // The first reason found is the one that is told.
                    Err(_) => {}
                }
                judged
            })
        })
        .collect())
}

fn call(wishes: &CallWishes) -> Result<Call, Verdict> {
    let lang = given(wishes.lang.as_deref()).unwrap_or(DEFAULT_LANG);
    let lang = Lang::find(lang).ok_or(Verdict::InvalidLang)?;
    let voice = match given(wishes.voice.as_deref()) {
        None => lang.default_voice(),
        Some(word) => word
            .to_ascii_lowercase()
            .parse::<Voice>()
            .ok()
            .filter(|voice| lang.voices.contains(voice))
            .ok_or(Verdict::InvalidVoice)?,
    };
    Ok(Call {
        lang: lang.code.to_owned(),
        voice,
        require_input: wishes.require_input,
        machine_detection: wishes.machine_detection,
    })
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
