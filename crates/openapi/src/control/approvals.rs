//! `/approvals`: sends that wait for a person.

use postern_wire::control::{Approval, ApprovalDecision, ApprovalList, ApprovalSecret};
use serde_json::json;

use super::keys::before;
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, limit, words};

const TAG: &str = "\
Sends that wait for a person. No key decides, whatever its role: whoever asks must not be able to grant it. Once approved a send goes out by itself, and once.";

const STATES: &[&str] = &[
    "pending", "approved", "denied", "expired", "sent", "failed", "unknown",
];

pub(super) fn tag() -> Tag {
    // WAIT_SECONDS_MAX of the room `approvals`.
    let wait = json!({"type": "string", "pattern": "^(([0-9]|[1-5][0-9]|60)s?)?$"});
    let wait = Parameter::query(
        "wait",
        "Answer when it has ended, at the latest after so many seconds (60 at most).",
        wait,
    );
    let decided = |operation: Operation| {
        operation
            .takes::<ApprovalDecision>(json!({"digest": "of what was looked at"}))
            .answers::<Approval>(200, "The approval as it is now.")
            .refuses(&["approval_not_found", "approval_decided", "approval_changed"])
    };
    Tag {
        name: "Approvals",
        description: TAG,
        operations: vec![
            Operation::new("GET", "/approvals", "listApprovals", "List approvals")
                .says("Newest first. Agent keys see their own.")
                .with([
                    Parameter::query("state", "In this state only.", words(STATES)),
                    before(),
                    limit(100),
                ])
                .answers::<ApprovalList>(200, "One page."),
            Operation::new(
                "GET",
                "/approvals/{approval_id}",
                "readApproval",
                "Read an approval, or wait for its end",
            )
            .says("Operators see the whole request as well.")
            .with([wait])
            .answers::<Approval>(200, "The approval.")
            .refuses(&["approval_not_found"]),
            decided(Operation::new(
                "POST",
                "/approvals/{approval_id}/approve",
                "approve",
                "Approve a send",
            ))
            .says("`digest` is that of what was looked at: nothing else is approved."),
            decided(Operation::new(
                "POST",
                "/approvals/{approval_id}/deny",
                "deny",
                "Deny a send",
            )),
            Operation::new(
                "GET",
                "/approvals/webhook-secret",
                "readApprovalSecret",
                "What announcements of approvals are signed with",
            )
            .answers::<ApprovalSecret>(200, "The secret, as Standard Webhooks has it.")
            .refuses(&["wider_than_caller", "test_key"]),
        ],
    }
}
