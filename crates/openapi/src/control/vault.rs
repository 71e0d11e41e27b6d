//! `/vault`: replacing the keys that protect everything else.

use postern_wire::control::{PepperRotated, PepperRotation, VaultRotated, VaultRotation};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;

const ABOVE: &[&str] = &["wider_than_caller", "test_key"];

pub(super) fn tag() -> Tag {
    Tag {
        name: "Vault",
        description: "Replacing the keys that protect everything else, while calls go on.",
        operations: vec![
            Operation::new("POST", "/vault/rotate", "rotateVault", "Make a new vault key")
                .says("Every sealed value is re-wrapped. With `retire` the older keys are dropped, and **backups taken before cannot be opened any more**.")
                .may_take::<VaultRotation>(json!({"retire": false}))
                .answers::<VaultRotated>(200, "What was moved.")
                .refuses(&["vault_key_not_written", "values_unreadable"])
                .refuses(ABOVE),
            Operation::new("POST", "/vault/pepper/rotate", "rotatePepper", "Make a new pepper for keys")
                .says("Keys move to it when they are next used. With `retire` keys that were not used since the pepper before came stop working.")
                .may_take::<PepperRotation>(json!({"retire": false}))
                .answers::<PepperRotated>(200, "What waits and what was dropped.")
                .refuses(&["changed_meanwhile"])
                .refuses(ABOVE),
        ],
    }
}
