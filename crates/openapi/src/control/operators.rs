//! `/operators` and `/console/session`: people.

use postern_wire::control::{
    NewOperator, OperatorAnswer, OperatorChange, OperatorLink, OperatorList, OperatorPassword,
    SignIn, SignedIn,
};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;

const ABOVE: &[&str] = &["wider_than_caller", "test_key"];

pub(super) fn tag() -> Tag {
    Tag {
        name: "Operators",
        description: "People who sign in to the console at `/console` and decide approvals. Their sessions are good for programs, too.",
        operations: vec![
            Operation::new("GET", "/operators", "listOperators", "List operators")
                .says("By name.")
                .answers::<OperatorList>(200, "All operators.")
                .refuses(ABOVE),
            Operation::new("POST", "/operators", "createOperator", "Make an operator")
                .says("A password that was made here is shown once.")
                .takes::<NewOperator>(json!({"name": "ada"}))
                .answers::<OperatorAnswer>(201, "The operator.")
                .refuses(&["name_taken", "too_many_operators"])
                .refuses(ABOVE),
            Operation::new(
                "PATCH",
                "/operators/{name}",
                "changeOperator",
                "Lock an operator out, or let them in again",
            )
            .takes::<OperatorChange>(json!({"disabled": true}))
            .answers::<OperatorAnswer>(200, "The operator.")
            .refuses(&["operator_not_found"])
            .refuses(ABOVE),
            Operation::new(
                "POST",
                "/operators/{name}/password",
                "setPassword",
                "Set an operator's password",
            )
            .says("Signs them out everywhere. Without `password` one is made and shown once.")
            .may_take::<OperatorPassword>(json!({}))
            .answers::<OperatorAnswer>(200, "The operator.")
            .refuses(&["operator_not_found"])
            .refuses(ABOVE),
            Operation::new(
                "POST",
                "/operators/{name}/link",
                "makeLink",
                "A link that signs in once",
            )
            .says("Good for ten minutes, spent by the button behind it.")
            .answers::<OperatorLink>(200, "The link.")
            .refuses(&["operator_not_found", "operator_disabled"])
            .refuses(ABOVE),
            Operation::new(
                "POST",
                "/console/session",
                "signIn",
                "Sign in, for programs",
            )
            .public()
            .takes::<SignIn>(json!({"operator": "ada", "password": "a long password"}))
            .answers::<SignedIn>(201, "The session's token, for `Authorization: Bearer`.")
            .refuses(&["wrong_credentials", "too_many_attempts", "outcome_unknown"]),
            Operation::new(
                "DELETE",
                "/console/session",
                "signOut",
                "End the session that asks",
            )
            .public()
            .answer(204, "It has ended.", None)
            .refuses(&["invalid_session", "outcome_unknown"]),
        ],
    }
}
