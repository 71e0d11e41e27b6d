//! What a picture message needs beside what every message needs: a subject, and a picture that was fetched.

#[cfg(test)]
mod tests;

use http::Uri;
use postern_domain::channel::{Content, Picture};
use postern_domain::mms;
use postern_wire::clicksend::mms::SendRequest;

use super::pictures::Pictures;
use crate::error::ApiError;
use crate::recipients::{To, judge_each};
use crate::sms::judge::{Judged, Terms, Verdict, bounded, one};

/// Longest address that is kept.
const URL_BYTES_MAX: usize = 2048;

/// # Errors
/// No messages, or too many.
pub(crate) fn judge(
    request: SendRequest,
    recipients: Vec<To>,
    pictures: &Pictures,
    terms: &Terms<'_>,
) -> Result<Vec<Judged>, ApiError> {
    bounded(request.messages.len())?;
    let beside = request.media_file;
    Ok(request
        .messages
        .into_iter()
        .zip(recipients)
        .flat_map(|(message, to)| {
            let (common, subject, own) = message.split();
            let media_url = own
                .filter(|url| !url.trim().is_empty())
                .or_else(|| beside.clone())
                .map(|url| url.trim().to_owned())
                .unwrap_or_default();
            let picture = Picture {
                subject: mms::truncate_subject(subject.unwrap_or_default().trim()).to_owned(),
                media: pictures.get(&media_url).map(|found| found.media.clone()),
                media_url,
            };
            judge_each(common, to, |common| {
                let mut judged = one(common, &[], terms);
                if let (true, Err(verdict)) = (judged.is_success(), check(&picture)) {
                    judged.refuse(verdict);
                }
                judged.content = Content::Mms(picture.clone());
                judged
            })
        })
        .collect())
}

fn check(picture: &Picture) -> Result<(), Verdict> {
    if picture.subject.is_empty() {
        return Err(Verdict::SubjectRequired);
    }
    match picture.media {
        Some(_) => Ok(()),
        None => Err(Verdict::InvalidMediaFile),
    }
}

/// An absolute `http` or `https` address with a host and without credentials: worth a try.
pub(crate) fn is_fetchable(url: &str) -> bool {
    if url.len() > URL_BYTES_MAX {
        return false;
    }
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let authority = uri.authority().map(|a| a.as_str()).unwrap_or_default();
    matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.host().is_some_and(|host| !host.is_empty())
        && !authority.contains('@')
}
