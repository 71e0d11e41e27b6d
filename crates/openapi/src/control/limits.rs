//! `/limits` and `/freeze`: how much may be sent at all, and the brake.

use postern_wire::control::{
    FreezeAnswer, FreezeList, FreezeWish, InstallationLimits, LimitsChange, Unfrozen,
};
use serde_json::json;

use super::keys::after;
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, limit, text, words};

const ABOVE: &[&str] = &["wider_than_caller", "test_key"];

pub(super) fn tag() -> Tag {
    Tag {
        name: "Limits",
        description: "What the whole installation may send, whoever sends. Keys, connections and accounts have limits of their own beside it; all of them are enforced.",
        operations: vec![
            Operation::new("GET", "/limits", "readLimits", "Limits of the installation")
                .answers::<InstallationLimits>(200, "The limits, and what is left of them.")
                .refuses(ABOVE),
            Operation::new(
                "PUT",
                "/limits",
                "putLimits",
                "Set the limits of the installation",
            )
            .says("Replaces all of them; `null` takes them away.")
            .takes::<LimitsChange>(json!({"limits": {"messages_per_day": 10000}}))
            .answers::<InstallationLimits>(200, "The limits as they are now.")
            .refuses(ABOVE),
        ],
    }
}

pub(super) fn freeze_tag() -> Tag {
    let scopes = ["key", "connection", "all"];
    let refused = &[
        "key_not_found",
        "connection_not_found",
        "connection_out_of_scope",
        "wider_than_caller",
        "test_key",
    ];
    Tag {
        name: "Freeze",
        description: "The brake: nothing leaves that a frozen key, a frozen connection or the frozen installation would send, not even what waits for its time.",
        operations: vec![
            Operation::new("GET", "/freeze", "listFreezes", "What is frozen")
                .says("With `scope` (and `id`) that one alone, and what it holds back.")
                .with([
                    Parameter::query("scope", "One freeze only.", words(&scopes)),
                    Parameter::query(
                        "id",
                        "Of the key or the connection that `scope` means.",
                        text(),
                    ),
                    after(),
                    limit(200),
                ])
                .answers_either::<FreezeList, FreezeAnswer>(
                    200,
                    "A page of freezes, or the one that was asked for.",
                )
                .refuses(&["not_frozen"])
                .refuses(refused),
            Operation::new("POST", "/freeze", "freeze", "Pull the brake")
                .takes::<FreezeWish>(json!({"scope": "all"}))
                .answers::<FreezeAnswer>(200, "The freeze, and what it holds back.")
                .refuses(refused),
            Operation::new("DELETE", "/freeze", "unfreeze", "Release the brake")
                .says("A key does not release itself.")
                .takes::<FreezeWish>(json!({"scope": "all"}))
                .answers::<Unfrozen>(200, "What leaves now.")
                .refuses(&["not_frozen"])
                .refuses(refused),
        ],
    }
}
