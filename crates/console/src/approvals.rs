//! `/console/approvals`: what waits for a decision, one of them whole, and the decision.

mod decide;
mod list;
mod message;
mod view;

pub(crate) use decide::{approve, deny};
pub(crate) use list::list_approvals;
pub(crate) use view::view_approval;

use postern_approvals::Summary;
use postern_domain::time::UnixMicros;
use postern_store::approvals::Approval;

use crate::state::ConsoleState;

/// What an approval is about, in words.
pub(crate) struct About {
    pub(crate) approval_id: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) key_name: String,
    pub(crate) key_id: String,
    pub(crate) connection_name: String,
    pub(crate) connection_id: String,
    pub(crate) app: String,
    pub(crate) operation: String,
    pub(crate) summary: Summary,
    /// `1.2300 USD`, or that nobody knows.
    pub(crate) cost: String,
    pub(crate) created_at: String,
    pub(crate) expires_at: String,
    pub(crate) is_pending: bool,
}

impl About {
    fn of(state: &ConsoleState, approval: &Approval) -> About {
        let key = state.directory.key(&approval.key_id);
        let connection = state.directory.connection_by_id(&approval.connection_id);
        let summary = Summary::read(&approval.summary);
        let expired = approval.expires_at <= (state.clock)();
        let is_pending = approval.state == postern_store::approvals::State::Pending && !expired;
        let state = match expired && approval.state == postern_store::approvals::State::Pending {
            true => "expired",
            false => approval.state.as_str(),
        };
        About {
            approval_id: approval.approval_id.clone(),
            state,
            tone: match state {
                "sent" | "approved" => "good",
                "denied" | "expired" | "failed" => "bad",
                _ => "warn",
            },
            key_name: key.map_or_else(|| "a key that is gone".to_owned(), |key| key.name.clone()),
            key_id: approval.key_id.clone(),
            connection_name: connection
                .map(|connection| connection.name.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| approval.app.clone()),
            connection_id: approval.connection_id.clone(),
            app: approval.app.clone(),
            operation: format!("{} {}", approval.method, approval.path),
            cost: match (&summary.cost, &summary.currency) {
                (Some(cost), Some(currency)) => format!("{cost} {currency}"),
                (Some(cost), None) => cost.clone(),
                (None, _) => "not known".to_owned(),
            },
            created_at: shown(approval.created_at),
            expires_at: shown(approval.expires_at),
            is_pending,
            summary,
        }
    }
}

/// `2026-11-23 18:04 UTC`
fn shown(at: UnixMicros) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(
        |_| String::new(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}
