//! `postern key limits`.

use postern_wire::control::KeyChange;

use super::find;
use crate::args::ServerArgs;
use crate::command::limits::{Replacing, shown, with_left};
use crate::console::sheet;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Show what a key may still send, or replace its limits (asks a running server)
///
/// Flags replace all of its limits; --none returns to the role's default.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The key's id, name, or first characters as listed
    key: String,
    #[command(flatten)]
    limits: Replacing,
    #[command(flatten)]
    pub(super) server: ServerArgs,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let key = find(&session, &args.key).await?;
    if let Some(limits) = args.limits.given() {
        let change = KeyChange {
            limits: Some(Some(limits)),
            ..KeyChange::default()
        };
        let changed = session.client.change_key(&key.key_id, &change).await;
        changed.map_err(failure)?;
    }
    let allowance = session.client.allowance(&key.key_id).await;
    session
        .console
        .answer(&allowance.map_err(failure)?, |allowance| {
            let mut rows = vec![
                ("key", key.name.clone()),
                ("limits", shown(&allowance.limits)),
            ];
            if allowance.default_limits {
                rows.push((
                    "",
                    "the default of agent keys, where real phones ring".to_owned(),
                ));
            }
            with_left(sheet(&rows), &allowance.allowances)
        })
}
