//! `postern privacy erase`: what is kept about one person goes, counts and money stay. How far it has come is kept, so that a run that was
//! broken off goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use postern_domain::time::Clock;
use postern_store::kept_opt_outs::{self, KEY_FIELD, KEY_OWNER};
use postern_store::privacy::{self, Cursor, HashOptOut, Person};
use postern_store::{Lane, Store, settings};
use postern_vault::{Aad, Pepper, Peppers, Vault};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::{Who, hold, load};
use crate::args::DataArgs;
use crate::clock;
use crate::config::Config;
use crate::console::{Console, sheet};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::serve::store_failure;
use crate::vault_key;

/// Erase one person's data for good; counts, prices and statistics stay (works on the data directory or POSTERN_DATABASE_URL)
///
/// Texts become empty, numbers and addresses `redacted`, contacts go, scheduled messages are withdrawn and paid back. Whoever opted out is
/// remembered by a keyed hash alone. A run that was broken off goes on where it was. Old backups are not touched.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    who: Who,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Default, Serialize)]
struct Done {
    erased: BTreeMap<&'static str, u64>,
    /// Messages that a carrier was being asked about.
    left: i64,
    looked_at: i64,
    resumed: bool,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let config = load(&args.data, environment)?;
    let person = args.who.person(&config)?;
    console.confirm(
        args.yes,
        "Erase everything about this person? It cannot be brought back.",
    )?;
    let done = crate::command::block_on(async {
        let held = hold(&config).await?;
        let peppers = key(&config, &held.store).await?;
        let done = erase(&held.store, person, peppers, &clock::system(), console).await?;
        held.store.close().await;
        Ok(done)
    })?;
    console.answer(&done, |done| {
        let rows = done
            .erased
            .iter()
            .map(|(kind, count)| (*kind, count.to_string()));
        let mut rows: Vec<_> = rows.collect();
        if done.left > 0 {
            rows.push((
                "left",
                format!(
                    "{} messages that a carrier was being asked about; run this again in an hour",
                    done.left
                ),
            ));
        }
        if rows.is_empty() {
            return "Nothing is kept about this person.".to_owned();
        }
        sheet(&rows)
    })
}

async fn erase(
    store: &Store,
    person: Person,
    peppers: Arc<Peppers>,
    clock: &Clock,
    console: Console,
) -> Outcome<Done> {
    let hash: HashOptOut = {
        let peppers = peppers.clone();
        Arc::new(move |text| peppers.hash_current(text.as_bytes()).hash)
    };
    let mark = mark(&peppers, &person);
    let kept = {
        let mark = mark.clone();
        store
            .read(move |tx| settings::get(tx, &mark))
            .await
            .map_err(store_failure)?
    };
    let kept = kept.as_deref().and_then(Cursor::parse);
    let mut done = Done {
        resumed: kept.is_some(),
        ..Done::default()
    };
    let spinner = console.spinner("erasing");
    let mut cursor = Some(kept.unwrap_or_default());
    while let Some(from) = cursor {
        let (person, hash, mark, now) = (person.clone(), hash.clone(), mark.clone(), clock());
        let step = store.write(Lane::CONTROL, move |tx| {
            let step = privacy::erase(tx, &person, from, &hash, now)?;
            // Nothing to go on with is written as nothing to go on with.
            let place = step.next.map(Cursor::to_text).unwrap_or_default();
            settings::put(tx, &mark, &place, now)?;
            Ok(step)
        });
        let step = step.await.map_err(store_failure)?;
        for kind in step.erased {
            *done.erased.entry(kind).or_default() += 1;
        }
        done.left += step.left;
        done.looked_at += step.looked;
        cursor = step.next;
        spinner.set_message(format!("{} rows looked at", done.looked_at));
    }
    spinner.finish_and_clear();
    Ok(done)
}

/// Where the place is kept: by a hash, because the name would be personal data again.
fn mark(peppers: &Peppers, person: &Person) -> String {
    let text = format!(
        "{} {}",
        person.phone.as_deref().unwrap_or_default(),
        person.email.as_deref().unwrap_or_default().to_lowercase()
    );
    let hash = peppers.hash_current(text.as_bytes()).hash;
    let hex: String = hash
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("privacy.erase.{hex}")
}

/// The key of kept opt-outs, made when it is first needed.
async fn key(config: &Config, store: &Store) -> Outcome<Arc<Peppers>> {
    let ring = vault_key::read(&config.vault)?.ok_or_else(|| {
        Failure::new(Exit::VaultKey, "the vault key is missing")
            .fix("put the vault key back from its own backup")
    })?;
    let vault = Vault::open(ring);
    let aad = Aad {
        tenant: settings::TENANT,
        owner: KEY_OWNER,
        field: KEY_FIELD,
    };
    let new = vault.seal(&aad, Pepper::create(1).secret.expose_secret()).0;
    let kept = store.write(Lane::CONTROL, move |tx| kept_opt_outs::keep_key(tx, &new));
    let kept = kept.await.map_err(store_failure)?;
    let secret = vault.open_sealed(&aad, &kept).map_err(|error| {
        Failure::new(
            Exit::VaultKey,
            format!("the key of kept opt-outs cannot be opened: {error}"),
        )
        .fix("put back the vault key that belongs to this store")
    })?;
    let peppers = Peppers::new([Pepper { version: 1, secret }]);
    Ok(Arc::new(peppers.expect("there is one")))
}
