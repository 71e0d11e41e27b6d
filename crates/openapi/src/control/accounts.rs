//! `/accounts`: the accounts of the built-in platform.

use postern_wire::control::{
    AccountAnswer, AccountChange, AccountCredit, AccountKeyAnswer, AccountList, NewAccount,
    Transfer, TransferPlaces, Transferred,
};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, limit};

const ABOVE: &[&str] = &["wider_than_caller", "test_key"];

pub(super) fn tag() -> Tag {
    let after = json!({"type": "string", "pattern": "^[0-9]{0,18}$"});
    let rows = json!({"what": "lists", "lists": [{"id": "428", "name": "Customers"}]});
    Tag {
        name: "Accounts",
        description: "The accounts of the built-in platform. Amounts are decimal texts in the account's currency.",
        operations: vec![
            Operation::new("GET", "/accounts", "listAccounts", "List accounts")
                .says("Oldest first.")
                .with([Parameter::query("after", "`next` of the page before.", after), limit(200)])
                .answers::<AccountList>(200, "One page.")
                .refuses(ABOVE),
            Operation::new("POST", "/accounts", "createAccount", "Make an account")
                .says("Its API key, the password of `username` on the platform's own address, is shown once.")
                .takes::<NewAccount>(json!({"username": "shop", "credit": "25.00"}))
                .answers::<AccountKeyAnswer>(201, "The account, and its API key.")
                .refuses(&["username_taken"])
                .refuses(ABOVE),
            Operation::new("GET", "/accounts/{account_id}", "readAccount", "Read an account")
                .answers::<AccountAnswer>(200, "The account.")
                .refuses(&["account_not_found"])
                .refuses(ABOVE),
            Operation::new("PATCH", "/accounts/{account_id}", "changeAccount", "Change an account's limits")
                .takes::<AccountChange>(json!({"limits": {"messages_per_day": 1000}}))
                .answers::<AccountAnswer>(200, "The account.")
                .refuses(&["account_not_found"])
                .refuses(ABOVE),
            Operation::new("POST", "/accounts/{account_id}/credit", "creditAccount", "Give or take credit")
                .says("A negative amount takes credit away, but not below zero.")
                .takes::<AccountCredit>(json!({"amount": "10.00"}))
                .answers::<AccountAnswer>(200, "The account with its new balance.")
                .refuses(&["account_not_found", "insufficient_balance"])
                .refuses(ABOVE),
            Operation::new("POST", "/accounts/{account_id}/key", "rotateAccountKey", "Give an account a new API key")
                .says("The old one stops working at once.")
                .answers::<AccountKeyAnswer>(200, "The account, and its new API key.")
                .refuses(&["account_not_found"])
                .refuses(ABOVE),
            Operation::new("GET", "/accounts/{account_id}/transfers/{source}", "transferPlaces", "How far an import has come")
                .answers::<TransferPlaces>(200, "The place of each kind of thing.")
                .refuses(&["account_not_found"])
                .refuses(ABOVE),
            Operation::new("POST", "/accounts/{account_id}/transfers/{source}", "transfer", "Bring rows of another service")
                .says("What `postern import` writes to: up to 200 rows and the place behind them, kept together or not at all.")
                .takes::<Transfer>(rows)
                .answers::<Transferred>(200, "How many were added, known already, or skipped.")
                .refuses(&["account_not_found", "history_is_newer"])
                .refuses(ABOVE),
        ],
    }
}
