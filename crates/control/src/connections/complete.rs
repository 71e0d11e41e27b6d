//! From the credentials somebody gives to an ACTIVE connection: check their form, ask the upstream, seal them. The API and the
//! connect page both come through here.

use std::collections::BTreeMap;
use std::sync::Arc;

use postern_access::seal_credential;
use postern_apps::{App, Origin, Secrets};
use postern_domain::time::UnixMicros;
use postern_egress::{Upstream, Verified};
use postern_store::connections::Completion;
use secrecy::{ExposeSecret as _, SecretString};

use crate::refusal::Refusal;
use crate::state::ControlState;

/// Where a connection's calls go: the row's text and what it means.
pub(crate) struct Origins {
    /// Empty for the app's own base URL.
    pub(crate) upstream: String,
    pub(crate) origin: Arc<Origin>,
}

/// What a row's or a request's `upstream` means.
pub(crate) fn origins(app: &App, upstream: Option<&str>) -> Result<Origins, Refusal> {
    match upstream {
        None | Some("") => Ok(Origins {
            upstream: String::new(),
            origin: Arc::clone(&app.base_url),
        }),
        Some(url) => {
            let origin = Origin::parse(url).map_err(|error| {
                Refusal::invalid("upstream", format!("`upstream` {error}"))
                    .hint("`builtin`, or a base URL such as https://rest.clicksend.com")
            })?;
            Ok(Origins {
                upstream: origin.to_string(),
                origin: Arc::new(origin),
            })
        }
    }
}

/// Credentials that may be stored: the upstream accepted them, or nobody could or should ask it.
pub(crate) struct Accepted {
    pub(crate) secrets: Secrets,
    /// As it is written in the row.
    pub(crate) upstream: String,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) verified: bool,
}

/// Why they may not.
pub(crate) enum Failure {
    /// A field is missing, empty, or cannot be sent.
    BadField {
        field: String,
    },
    Rejected {
        status: u16,
    },
    Unreachable {
        reason: String,
    },
    TimedOut,
}

/// Asks the upstream whether the credentials work.
pub(crate) async fn attempt(
    state: &ControlState,
    app: &App,
    secrets: Secrets,
    origins: Origins,
) -> Result<Accepted, Failure> {
    let prepared = app
        .injection
        .prepare(&secrets)
        .map_err(|missing| Failure::BadField {
            field: missing.field,
        })?;
    let typed = shown_fields(app, &secrets);
    let (verified, mut metadata) = match state
        .egress
        .verify(app, &prepared, &Upstream::Http(origins.origin))
        .await
    {
        Verified::Accepted { metadata } => (true, metadata),
        Verified::NoCall => (false, BTreeMap::new()),
        Verified::Rejected { status } => return Err(Failure::Rejected { status }),
        Verified::Unreachable { reason } => return Err(Failure::Unreachable { reason }),
        Verified::TimedOut => return Err(Failure::TimedOut),
    };
    // What the upstream says about the account wins over what was typed.
    for (name, value) in typed {
        metadata.entry(name).or_insert(value);
    }
    Ok(Accepted {
        secrets,
        upstream: origins.upstream,
        metadata,
        verified,
    })
}

impl Accepted {
    /// What is written when the connection becomes ACTIVE. The caller holds `state.sealing` until it is stored.
    pub(crate) fn seal(
        &self,
        state: &ControlState,
        connection_id: &str,
        now: UnixMicros,
    ) -> Completion {
        Completion {
            upstream: self.upstream.clone(),
            account_id: None,
            credential_sealed: Some(seal_credential(&state.vault, connection_id, &self.secrets).0),
            metadata: serde_json::to_string(&self.metadata).expect("a map of texts is always JSON"),
            sandbox: false,
            verified_at: self.verified.then_some(now),
        }
    }
}

/// The fields that are no secrets, such as a user name.
pub(crate) fn shown_fields(app: &App, secrets: &Secrets) -> BTreeMap<String, String> {
    let shown = |(field, secret): (&postern_apps::Field, bool)| {
        let value = secrets.get(&field.name).filter(|_| !secret)?;
        Some((field.name.clone(), value.expose_secret().to_owned()))
    };
    app.injection
        .fields()
        .into_iter()
        .filter_map(shown)
        .collect()
}

/// Takes texts into wrappers that wipe themselves.
pub(crate) fn secrets(given: BTreeMap<String, String>) -> Secrets {
    given
        .into_iter()
        .map(|(name, secret)| (name, SecretString::from(secret)))
        .collect()
}
