//! `postern whoami`: which key is this, and what may it do.

use crate::args::ServerArgs;
use crate::console::{Console, sheet};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Show which key is in use and what it may do (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    super::with_server(&args.server, console, environment, show)
}

async fn show(session: Session) -> Outcome {
    let user = session.client.user().await.map_err(failure)?;
    let mut answer = serde_json::to_value(&user).map_err(anyhow::Error::from)?;
    answer["authenticated"] = true.into();
    answer["auth_type"] = "api_key".into();
    session.console.answer(&answer, |_| {
        let mut rows = vec![
            (
                "server",
                format!("{} ({})", session.client.url(), user.version),
            ),
            ("email", user.email.clone()),
        ];
        rows.extend(super::key::facts(&user.key));
        sheet(&rows)
    })
}
