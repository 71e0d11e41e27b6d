//! `postern connection reconnect`.

use super::credentials::Credentials;
use super::wait::{Patience, completed};
use super::{One, find};
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Give the same connection new credentials, on its page or at once (asks a running server)
///
/// An ACTIVE connection goes on working with its old credentials until the new ones are accepted.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    pub(super) one: One,

    #[command(flatten)]
    credentials: Credentials,

    #[command(flatten)]
    patience: Patience,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let connection = find(&session, &args.one.connection).await?;
    let credentials = args.credentials.read(session.console)?;
    let renewed = session
        .client
        .reconnect(
            &connection.connection_id,
            credentials.as_ref(),
            args.credentials.verify(),
        )
        .await
        .map_err(failure)?;
    completed(&session, renewed, &args.patience).await
}
