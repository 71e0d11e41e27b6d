//! An operator's decision: about what they saw, once, on record.

use postern_access::{Acting, Visitor, operator_entry};
use postern_store::approvals::{self, Decided, Decision, State};
use postern_store::audit::{self, Entry};
use postern_store::{Lane, Tx};
use serde_json::json;

use crate::callback;
use crate::hold::hex;
use crate::service::Approvals;

/// Longer reasons are cut.
const REASON_CHARS_MAX: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub approved: bool,
    /// Lower-case hex, as it was shown.
    pub digest: String,
    pub reason: Option<String>,
}

/// What a decision came to.
pub type Verdict = Decided;

impl Approvals {
    /// Whoever signed in decides; every try is on record.
    pub async fn decide(
        &self,
        approval_id: &str,
        choice: Choice,
        acting: &Acting,
        visitor: &Visitor,
    ) -> postern_store::Result<Verdict> {
        let now = self.now();
        let action = match choice.approved {
            true => "approval.approve",
            false => "approval.deny",
        };
        let entry = Entry {
            object_kind: "approval".to_owned(),
            object_id: approval_id.to_owned(),
            detail: json!({"digest": choice.digest}).to_string(),
            ..operator_entry(&acting.operator_id, visitor, now, action)
        };
        let reason = choice.reason.map(|reason| {
            let cut: String = reason.trim().chars().take(REASON_CHARS_MAX).collect();
            cut
        });
        let decision = Decision {
            approved: choice.approved,
            digest: unhex(&choice.digest).unwrap_or_default(),
            operator_id: acting.operator_id.clone(),
            reason: reason.filter(|reason| !reason.is_empty()),
        };
        let (id, approved) = (approval_id.to_owned(), choice.approved);
        let decided = self.parts.store.write(Lane::CONTROL, move |tx| {
            let decided = approvals::decide(tx, &id, &decision, now)?;
            audit::record(tx, &on_record(&entry, decided))?;
            if decided == Decided::Done && !approved {
                tell_denied(tx, &id, now)?;
            }
            Ok(decided)
        });
        let decided = decided.await?;
        self.ring();
        self.approved.notify_one();
        Ok(decided)
    }
}

fn on_record(entry: &Entry, decided: Decided) -> Entry {
    let code = match decided {
        Decided::Done => return entry.clone(),
        Decided::Stands(_) => "approval_decided",
        Decided::OtherDigest => "approval_changed",
        Decided::Missing => "approval_not_found",
    };
    Entry {
        decision: "refused".to_owned(),
        code: Some(code.to_owned()),
        outcome: None,
        ..entry.clone()
    }
}

fn tell_denied(
    tx: &mut Tx<'_>,
    approval_id: &str,
    now: postern_domain::time::UnixMicros,
) -> postern_store::Result<()> {
    match approvals::get(tx, approval_id)? {
        Some(approval) => callback::told(tx, &approval, State::Denied, None, now),
        None => Ok(()),
    }
}

impl Approvals {
    /// As it is shown and given back.
    pub fn shown_digest(digest: &[u8]) -> String {
        hex(digest)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}
