//! `postern key recover`: a new full key for whoever can read the data directory and its vault key.

use postern_access::{KeyDraft, Scope, time_ordered};
use postern_domain::key::Role;
use postern_store::{Lane, audit, keys};
use secrecy::ExposeSecret;

use crate::args::DataArgs;
use crate::clock;
use crate::config;
use crate::console::Console;
use crate::data_dir::DataDir;
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::serve::{self, store_failure};

/// Make a new full key when every one is lost (works on the data directory; the server must be stopped)
///
/// Whoever can read the data directory and its vault key could open everything anyway, so nothing else is asked. It is recorded in
/// the audit. Revoke the lost key afterwards.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What people will recognise it by
    #[arg(long, default_value = "recovered key")]
    name: String,
    #[command(flatten)]
    data: DataArgs,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let config = config::load(&args.data.sources(), environment)?;
    DataDir::existing(&config.data_dir)?;
    let prepared = serve::prepare(&config)?;
    let (secret, row) = crate::command::block_on(async {
        let opened = serve::open(&config, prepared.registry, clock::system()).await?;
        let now = clock::now();
        let draft = KeyDraft {
            name: args.name.clone(),
            role: Role::Full,
            test: false,
            scope: Scope::default(),
            rate_per_second: None,
            limits: "{}".to_owned(),
            expires_at: None,
        };
        let minted = opened.directory.mint(draft, now);
        let (key, secret, audit_id) = (minted.key.clone(), minted.secret, time_ordered(now));
        let make = move |tx: &mut postern_store::Tx<'_>| {
            keys::create(tx, &key, &secret)?;
            audit::record(
                tx,
                &serve::system_entry(&audit_id, "key.recover", &key.key_id, now),
            )
        };
        opened
            .store
            .write(Lane::CONTROL, make)
            .await
            .map_err(store_failure)?;
        opened.close().await;
        Ok((minted.api_key, minted.key))
    })?;
    let answer = serde_json::json!({"api_key": secret.expose_secret(), "key_id": row.key_id, "name": row.name, "role": "full"});
    console.note(format!(
        "Made the full key {:?} ({}). It is shown once and cannot be looked up later:",
        row.name, row.key_id
    ));
    console.answer(&answer, |_| secret.expose_secret().to_owned())
}
