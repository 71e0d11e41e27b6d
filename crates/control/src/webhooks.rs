//! `/webhooks`: addresses of an account's own that are called, what they are told (pushes), every try of it, and one more when somebody asks.
//! Rules of the platform make and remove them: `/v3/automations`.

mod list;
mod push;
mod told;

pub(crate) use list::list_webhooks;
pub(crate) use push::{read_push, replay_push};
pub(crate) use told::list_pushes;

use postern_store::pushes::{self, State};
use postern_wire::control::Push;

use crate::instant::written;

/// Before the number, as `webhook-id` has it.
const PREFIX: &str = "push_";

fn number(push_id: &str) -> Option<i64> {
    push_id.strip_prefix(PREFIX)?.parse().ok()
}

fn name(push_id: i64) -> String {
    format!("{PREFIX}{push_id}")
}

fn shown(push: &pushes::Push) -> Push {
    let waits = push.state == State::Waiting;
    Push {
        push_id: name(push.push_id),
        webhook: push.rule.map(|rule| rule.to_string()),
        url: push.url.clone(),
        state: push.state.as_str().to_owned(),
        tries: push.tries,
        created_at: written(push.created_at),
        next_try_at: waits.then(|| written(push.due_at)),
        ended_at: push.ended_at.map(written),
    }
}
