//! What an empty store needs so that the first message is one paste away: accounts, connections to them, one full key, one operator.

use postern_access::{KeyDraft, Scope, time_ordered};
use postern_control::{AccountDefaults, mint_account};
use postern_domain::connection::{Method, Status};
use postern_domain::key::Role;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_store::audit::{self, Entry};
use postern_store::connections::{self, BUILTIN, ConnectionRow};
use postern_store::operators::{self, Operator};
use postern_store::{Lane, accounts, keys, settings};
use postern_vault::{hash_password, new_password};
use secrecy::{ExposeSecret, SecretString};

use super::open::{Opened, store_failure};
use crate::data_dir::{unusable, write_private};
use crate::exit::{Exit, Failure, Outcome};

/// The setting that says that all of this was done; its value is the instant.
const MARK: &str = "first_run";
const USERNAME: &str = "postern";
const SANDBOX_USERNAME: &str = "sandbox";
const OPERATOR: &str = "operator";

/// The secrets of a first start, in clear for the only time.
pub struct FirstRun {
    pub api_key: SecretString,
    pub platform_username: String,
    pub platform_api_key: SecretString,
    /// Who signs in to the console.
    pub operator: String,
    pub operator_password: SecretString,
}

/// How the first key reaches its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOver {
    /// Printed: on a terminal, or in the ready line of `--json`.
    Printed,
    /// `first-run.json`, 0600.
    File,
}

/// `None`: this store has had its first run.
///
/// The file is written before the commit: a crash between the two leaves a file with a key that does not exist, and the next
/// start makes another; the other way round the only key would be lost.
pub async fn first_run(
    opened: &Opened,
    defaults: &AccountDefaults,
    credit: Micros,
    hand_over: HandOver,
    now: UnixMicros,
) -> Outcome<Option<FirstRun>> {
    let done = opened
        .store
        .read(|tx| settings::get(tx, MARK))
        .await
        .map_err(store_failure)?;
    if done.is_some() {
        return Ok(None);
    }
    let mint = |username, sandbox| {
        let peppers = opened.directory.peppers();
        let mut minted = mint_account(&opened.vault, &peppers, defaults, username, sandbox);
        minted.account.balance = credit;
        minted
    };
    let (owner, sandbox) = (mint(USERNAME, false), mint(SANDBOX_USERNAME, true).account);
    let draft = KeyDraft {
        name: "first key".to_owned(),
        role: Role::Full,
        test: false,
        scope: Scope::default(),
        rate_per_second: None,
        limits: "{}".to_owned(),
        expires_at: None,
    };
    let minted = opened.directory.mint(draft, now);
    let first = FirstRun {
        api_key: minted.api_key,
        platform_username: USERNAME.to_owned(),
        platform_api_key: owner.api_key,
        operator: OPERATOR.to_owned(),
        operator_password: new_password(),
    };
    let operator = Operator {
        operator_id: time_ordered(now),
        name: first.operator.clone(),
        password_hash: hash_password(&first.operator_password),
        disabled_at: None,
        signed_in_at: None,
        created_at: now,
        updated_at: now,
    };
    if hand_over == HandOver::File {
        write_file(opened, &first)?;
    }
    let ids = [time_ordered(now), time_ordered(now), time_ordered(now)];
    let (owner, key, secret) = (owner.account, minted.key, minted.secret);
    let make = move |tx: &mut postern_store::Tx<'_>| {
        let [owner_connection, sandbox_connection, audit_id] = &ids;
        let owner_id = accounts::create(tx, &owner, now)?.0;
        let sandbox_id = accounts::create(tx, &sandbox, now)?.0;
        connections::create(
            tx,
            &connection(owner_connection, "built-in platform", owner_id, false, now),
        )?;
        connections::create(
            tx,
            // Lists are oldest first, and clients take the first: that must be the live one.
            &connection(
                sandbox_connection,
                "sandbox",
                sandbox_id,
                true,
                now.plus_micros(1),
            ),
        )?;
        keys::create(tx, &key, &secret)?;
        operators::create(tx, &operator)?;
        audit::record(tx, &system_entry(audit_id, "first_run", &key.key_id, now))?;
        settings::put(tx, MARK, &now.0.to_string(), now)
    };
    opened
        .store
        .write(Lane::CONTROL, make)
        .await
        .map_err(store_failure)?;
    refresh(opened).await?;
    Ok(Some(first))
}

/// What the machine itself did to a key.
pub fn system_entry(audit_id: &str, action: &str, key_id: &str, now: UnixMicros) -> Entry {
    let mut entry = Entry::new(audit_id.to_owned(), now, action);
    entry.actor_kind = "system".to_owned();
    entry.object_kind = "key".to_owned();
    entry.object_id = key_id.to_owned();
    entry
}

pub async fn refresh(opened: &Opened) -> Outcome {
    let refreshed = opened.directory.refresh().await;
    refreshed.map_err(|error| Failure::new(Exit::Store, error.to_string()).fix("start again"))
}

fn connection(
    id: &str,
    name: &str,
    account_id: i64,
    sandbox: bool,
    now: UnixMicros,
) -> ConnectionRow {
    ConnectionRow {
        connection_id: id.to_owned(),
        app: "clicksend".to_owned(),
        name: name.to_owned(),
        status: Status::Active,
        method: Method::Basic,
        upstream: BUILTIN.to_owned(),
        account_id: Some(account_id),
        credential_sealed: None,
        metadata: "{}".to_owned(),
        sandbox,
        session_nonce: None,
        session_expires_at: None,
        failure: None,
        verified_at: None,
        created_at: now,
        updated_at: now,
    }
}

fn write_file(opened: &Opened, first: &FirstRun) -> Outcome {
    let path = opened.data_dir.first_run();
    let content = serde_json::json!({
        "api_key": first.api_key.expose_secret(),
        "platform_username": first.platform_username,
        "platform_api_key": first.platform_api_key.expose_secret(),
        "operator": first.operator,
        "operator_password": first.operator_password.expose_secret(),
    });
    let text = format!("{content:#}\n");
    write_private(&path, text.as_bytes(), true).map_err(|error| unusable(&path, &error))
}
