//! `/console/keys`: who may call, how much they may send and what is left of it; made, changed, renewed, stopped and ended here.

mod change;
mod create;
mod end;
mod form;
mod list;
mod view;

pub(crate) use change::{change_form, change_key};
pub(crate) use create::{create_form, create_key};
pub(crate) use end::{revoke_form, revoke_key, rotate_form, rotate_key};
pub(crate) use list::list_keys;
pub(crate) use view::view_key;

use postern_wire::control::{Key, KeyAnswer};

use crate::control::Control;
use crate::trouble::Trouble;

/// The class of a state's chip.
fn tone(status: &str) -> &'static str {
    match status {
        "active" => "good",
        "revoked" => "bad",
        _ => "warn",
    }
}

/// Where a key's page is.
fn place(key_id: &str) -> String {
    format!("/console/keys/{key_id}")
}

async fn find(control: &Control, key_id: &str) -> Result<Key, Trouble> {
    let answer: KeyAnswer = control.get(&format!("/keys/{key_id}")).await?;
    Ok(answer.key)
}
