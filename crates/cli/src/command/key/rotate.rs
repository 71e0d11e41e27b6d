//! `postern key rotate`.

use postern_wire::control::KeyRotation;

use super::{One, create, find};
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Give a key a new secret; the old one works on for a while (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    pub(super) one: One,

    /// Seconds that the old secret still works; 0 ends it at once [default: 3600]
    #[arg(long, value_name = "SECONDS")]
    overlap: Option<i64>,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let key = find(&session, &args.one.key).await?;
    let rotation = KeyRotation {
        overlap_seconds: args.overlap,
    };
    let made = session
        .client
        .rotate_key(&key.key_id, &rotation)
        .await
        .map_err(failure)?;
    create::show_secret(&session, &made)
}
