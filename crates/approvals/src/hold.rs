//! Holding a send that lacks nothing but a person's approval.

use postern_access::{Visitor, time_ordered};
use postern_domain::time::UnixMicros;
use postern_guard::Pending;
use postern_store::approvals::{self, Approval, Field, Held, State};
use postern_store::audit::{self, Entry};
use postern_store::mailbox::{self, Mail};
use postern_store::{Lane, Tx, accounts};
use postern_vault::random;
use serde_json::json;

use crate::callback;
use crate::digest::{Owner, digest, fingerprint};
use crate::request::HeldRequest;
use crate::service::Approvals;
use crate::summary::Summary;

/// What somebody asked for.
pub struct Asked {
    pub key_id: String,
    /// For people.
    pub key_name: String,
    pub connection_id: String,
    pub app: String,
    /// The operation's pattern: it holds no number.
    pub path: String,
    pub method: String,
    pub target: String,
    /// Of [`crate::KEPT_HEADERS`], in their order.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub pending: Pending,
    pub callback: Option<String>,
    /// Of a test key: nobody outside is told.
    pub inside: bool,
    pub visitor: Visitor,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// It waits, or (as before) waits no more.
    Waits {
        approval_id: String,
        expires_at: UnixMicros,
    },
    /// So many wait that no more are taken.
    Full,
}

/// Accounts that are looked through for the one whose mailbox takes announcements.
const ACCOUNTS_MAX: i64 = 100;

impl Approvals {
    /// Durable before it answers. The same request of the same key waits once.
    pub async fn hold(&self, asked: Asked) -> postern_store::Result<Holding> {
        let now = self.now();
        let approval = self.sealed(&asked, now);
        let entry = Entry {
            actor_kind: "key".to_owned(),
            actor_id: asked.key_id.clone(),
            object_kind: "approval".to_owned(),
            object_id: approval.approval_id.clone(),
            request_id: asked.visitor.request_id.clone(),
            peer: asked.visitor.peer.to_string(),
            app: Some(asked.app.clone()),
            method: Some(asked.method.clone()),
            path: Some(asked.path.clone()),
            outcome: Some("held".to_owned()),
            closed_at: Some(now),
            detail: json!({"digest": hex(&approval.digest), "connection_id": asked.connection_id})
                .to_string(),
            ..Entry::new(time_ordered(now), now, "approval.hold")
        };
        let (config, key_name) = (self.parts.config.clone(), asked.key_name);
        let (expires_at, inside) = (approval.expires_at, asked.inside);
        let named = asked
            .headers
            .iter()
            .any(|(name, _)| name == "idempotency-key");
        let new = approval.clone();
        let held = self.parts.store.write(Lane::CONTROL, move |tx| {
            let held = approvals::hold(tx, &new, named)?;
            if held == Held::New {
                audit::record(tx, &entry)?;
                if !inside {
                    announce(tx, &config, &new, &key_name, now)?;
                }
            }
            Ok(match held {
                Held::New => Holding::Waits {
                    approval_id: new.approval_id.clone(),
                    expires_at,
                },
                Held::Known(id) => Holding::Waits {
                    expires_at: approvals::get(tx, &id)?
                        .map_or(expires_at, |known| known.expires_at),
                    approval_id: id,
                },
                Held::Full => Holding::Full,
            })
        });
        let held = held.await?;
        self.ring();
        Ok(held)
    }

    fn sealed(&self, asked: &Asked, now: UnixMicros) -> Approval {
        let approval_id = time_ordered(now);
        let request = HeldRequest {
            method: asked.method.clone(),
            target: asked.target.clone(),
            headers: asked.headers.clone(),
            body: asked.body.clone(),
            approved: asked.pending.approved,
            salt: random(),
        };
        let owner = Owner {
            key_id: &asked.key_id,
            connection_id: &asked.connection_id,
            app: &asked.app,
        };
        let peppers = (self.parts.peppers)();
        Approval {
            key_id: asked.key_id.clone(),
            connection_id: asked.connection_id.clone(),
            app: asked.app.clone(),
            method: asked.method.clone(),
            path: asked.path.clone(),
            fingerprint: fingerprint(&peppers, owner, &request).to_vec(),
            digest: digest(owner, &request).to_vec(),
            request_sealed: Some(self.seal(&approval_id, Field::Request, &request.to_bytes())),
            summary: Summary::of(&asked.pending.preview).to_text(),
            state: State::Pending,
            callback: asked.callback.clone().filter(|_| !asked.inside),
            decided_by: None,
            decided_at: None,
            begun_at: None,
            send_id: None,
            status: None,
            answer_sealed: None,
            reason: None,
            expires_at: now.plus_secs(self.parts.config.expires_after_seconds),
            created_at: now,
            ended_at: None,
            approval_id,
        }
    }
}

/// Says that a send waits, with a link that shows it; deciding needs a sign-in. No text and no number leaves the house for that.
fn announce(
    tx: &mut Tx<'_>,
    config: &crate::Config,
    approval: &Approval,
    key_name: &str,
    now: UnixMicros,
) -> postern_store::Result<()> {
    let summary = Summary::read(&approval.summary);
    let url = format!("{}/approvals/{}", config.console_url, approval.approval_id);
    if let Some(webhook) = &config.webhook {
        let data = json!({
            "approval_id": approval.approval_id, "url": url, "key_id": approval.key_id, "key_name": key_name,
            "connection_id": approval.connection_id, "app": approval.app, "path": approval.path, "messages": summary.messages,
            "segments": summary.segments, "recipients": summary.recipients, "cost": summary.cost, "currency": summary.currency,
            "why": summary.why,
        });
        callback::queue(tx, webhook, "approval.requested", &data, now)?;
    }
    if let Some(recipient) = &config.email {
        let all = accounts::list(tx, postern_domain::account::AccountId(0), ACCOUNTS_MAX)?;
        let Some(account) = all.iter().find(|account| !account.sandbox) else {
            return Ok(());
        };
        let cost = match (&summary.cost, &summary.currency) {
            (Some(cost), Some(currency)) => format!("{cost} {currency}"),
            _ => "an unknown price".to_owned(),
        };
        let mail = Mail {
            recipient: recipient.clone(),
            subject: format!("{key_name} asks to send {} messages", summary.messages),
            body: format!(
                "The key {key_name} asks to send {} messages to {} recipients for {cost}.\n{}\n\nLook at it and decide:\n{url}\n",
                summary.messages,
                summary.recipients,
                summary.why.join("\n")
            ),
        };
        mailbox::deliver(tx, account.id, &mail, now)?;
    }
    Ok(())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
