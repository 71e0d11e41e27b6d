//! An approval as it is answered by gateway and control.

use postern_domain::time::UnixMicros;
use postern_store::approvals::Approval;
use postern_wire::control;

use crate::answer::KeptAnswer;
use crate::hold::hex;
use crate::request::HeldRequest;
use crate::summary::Summary;

/// Without its contents.
pub fn shown(approval: &Approval) -> control::Approval {
    let summary = Summary::read(&approval.summary);
    control::Approval {
        approval_id: approval.approval_id.clone(),
        state: approval.state.as_str().to_owned(),
        key_id: approval.key_id.clone(),
        connection_id: approval.connection_id.clone(),
        app: approval.app.clone(),
        method: approval.method.clone(),
        path: approval.path.clone(),
        digest: hex(&approval.digest),
        messages: summary.messages,
        segments: summary.segments,
        recipients: summary.recipients,
        cost: summary.cost,
        currency: summary.currency,
        why: summary.why,
        created_at: written(approval.created_at),
        expires_at: written(approval.expires_at),
        decided_at: approval.decided_at.map(written),
        decided_by: approval.decided_by.clone(),
        ended_at: approval.ended_at.map(written),
        send_id: approval.send_id.clone(),
        reason: approval.reason.clone(),
        request: None,
        answer: None,
    }
}

impl HeldRequest {
    /// Bytes that are no text are shown as such.
    pub fn shown(&self) -> control::ApprovalRequest {
        control::ApprovalRequest {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
        }
    }
}

impl KeptAnswer {
    pub fn shown(&self) -> control::ApprovalAnswer {
        let text = || String::from_utf8_lossy(&self.body).into_owned().into();
        control::ApprovalAnswer {
            status: self.status,
            body: serde_json::from_slice(&self.body).unwrap_or_else(|_| text()),
        }
    }
}

/// RFC 3339 in UTC with microseconds, as everywhere in the control API.
fn written(at: UnixMicros) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| String::new(), |at| format!("{at:.6}"))
}
