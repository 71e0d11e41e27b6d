//! `postern connection create`.

use postern_wire::control::NewConnection;

use super::credentials::Credentials;
use super::wait::{Patience, completed};
use crate::args::ServerArgs;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Connect an account of an app (asks a running server)
///
/// Prints the link of a page that takes the credentials, opens it in a browser when there is one, and waits until the
/// connection is ACTIVE. With credentials on the command line, or `--upstream builtin`, no page is needed.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The app, such as clicksend
    app: String,

    /// What people will recognise it by
    #[arg(long)]
    name: Option<String>,

    /// `builtin` for the platform in this server, or another base URL than the app's own
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,

    /// With `--upstream builtin`: the platform account to act as
    #[arg(long, value_name = "USERNAME")]
    account: Option<String>,

    #[command(flatten)]
    credentials: Credentials,

    #[command(flatten)]
    patience: Patience,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let new = NewConnection {
        app: args.app,
        method: None,
        name: args.name,
        credentials: args.credentials.read(session.console)?,
        upstream: args.upstream,
        account: args.account,
        verify: args.credentials.verify(),
    };
    let created = session
        .client
        .create_connection(&new)
        .await
        .map_err(failure)?;
    completed(&session, created, &args.patience).await
}
