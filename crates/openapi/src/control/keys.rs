//! `/user`, `/apps` and `/keys`.

use postern_wire::control::{
    Allowance, AppList, KeyAnswer, KeyChange, KeyDeleted, KeyList, KeyRotation, KeySecret, NewKey,
    User,
};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, limit, text};

const TAG: &str = "\
What may call, and how far it reaches. A **full** key uses the control plane; an **agent** key calls apps and reads what concerns itself. \
No key widens itself: what it makes, changes or rotates lies within its own scope.";

pub(super) fn tag() -> Tag {
    Tag {
        name: "Keys",
        description: TAG,
        operations: vec![
            Operation::new("GET", "/user", "readUser", "Who am I?")
                .says("The key that asks, its scope and its limits. Clients use it to tell that a key works.")
                .answers::<User>(200, "The key that asks, and the server's version."),
            Operation::new("GET", "/apps", "listApps", "Apps that can be called")
                .says("Agent keys see those in their scope.")
                .answers::<AppList>(200, "Each app with the fields that a connection to it has to be given."),
            Operation::new("GET", "/keys", "listKeys", "List keys")
                .says("Oldest first; revoked keys stay listed.")
                .with([after(), limit(200)])
                .answers::<KeyList>(200, "One page."),
            Operation::new("POST", "/keys", "createKey", "Make a key")
                .says("The secret is answered once. Without `role` it is an agent key, and without `limits` an agent key has the cautious default wherever real phones ring.")
                .takes::<NewKey>(json!({"name": "support bot", "apps": ["clicksend"], "limits": {"messages_per_day": 50}}))
                .answers::<KeySecret>(201, "The key, and its secret.")
                .refuses(&["wider_than_caller"]),
            Operation::new("GET", "/keys/{key_id}", "readKey", "Read a key")
                .answers::<KeyAnswer>(200, "The key, without its secret.")
                .refuses(&["key_not_found", "wider_than_caller"]),
            Operation::new("PATCH", "/keys/{key_id}", "changeKey", "Change a key")
                .says("Absent stays; `null` returns to the role's default.")
                .takes::<KeyChange>(json!({"name": "support bot, narrowed", "rate_per_second": 5}))
                .answers::<KeyAnswer>(200, "The key as it is now.")
                .refuses(&["key_not_found", "wider_than_caller", "key_revoked", "changed_meanwhile"]),
            Operation::new("DELETE", "/keys/{key_id}", "revokeKey", "Revoke a key")
                .says("At once and for good.")
                .answers::<KeyDeleted>(200, "The key as it stays listed.")
                .refuses(&["key_not_found", "wider_than_caller"]),
            Operation::new("POST", "/keys/{key_id}/rotate", "rotateKey", "Give a key a new secret")
                .says("The old secret works on for an hour, or as long as told.")
                .may_take::<KeyRotation>(json!({"overlap_seconds": 600}))
                .answers::<KeySecret>(200, "The key, and its new secret.")
                .refuses(&["key_not_found", "wider_than_caller", "key_revoked"]),
            Operation::new("GET", "/keys/{key_id}/allowance", "readAllowance", "What is left of a key's limits")
                .says("Agent keys ask about themselves only.")
                .answers::<Allowance>(200, "Every counted limit with what is used and what remains.")
                .refuses(&["key_not_found", "wider_than_caller"]),
        ],
    }
}

pub(super) fn after() -> Parameter {
    Parameter::query("after", "`next` of the page before.", text())
}

pub(super) fn before() -> Parameter {
    Parameter::query("before", "`next` of the page before.", text())
}
