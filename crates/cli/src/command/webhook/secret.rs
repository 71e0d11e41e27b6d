//! `postern webhook secret`.

use crate::args::Over;
use crate::command::native::field;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Show the secret that webhooks are signed with, or replace it (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Make a new one, which signs from the next try on
    #[arg(long)]
    rotate: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let secret = match args.rotate {
        false => clicksend.webhook_secret().await,
        true => {
            let question =
                "Replace the webhook secret? Receivers refuse calls until they have the new one.";
            session.console.confirm(args.yes, question)?;
            clicksend.new_webhook_secret().await
        }
    };
    let secret = secret.map_err(failure)?;
    session
        .console
        .answer(&secret.json, |json| field(&json["data"], "webhook_secret"))
}
