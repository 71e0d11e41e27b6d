//! Messages that rules ask for: judged, priced and accepted like those of a caller, and done with in the same unit of work, so that a
//! restart sends none of them twice.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use postern_domain::channel::Channel;
use postern_store::reactions::{self, Reaction, To};
use postern_store::{Error, Lane, Rider, accounts};
use postern_wire::clicksend::sms::{Message, SendRequest};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::acceptance::accept;
use crate::brought::Brought;
use crate::error::ApiError;
use crate::escort::Escort;
use crate::policy::Policy;
use crate::recipients::recipients;
use crate::sms::judge::{Terms, judge};
use crate::state::PlatformState;

/// Read at a time.
const BATCH_MAX: i64 = 50;
/// A bell that nobody rang (after a restart, after a failure) is not waited for longer than this.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// `source` of such messages.
const SOURCE: &str = "automation";

impl PlatformState {
    /// Sends what rules ask for until `until`; `bell` is rung by whoever commits a text that a rule may be about.
    pub async fn keep_reacting(self, bell: Arc<Notify>, until: CancellationToken) {
        while !until.is_cancelled() {
            if let Err(error) = self.react().await {
                tracing::error!(%error, "messages that rules ask for were not sent; trying again");
            }
            tokio::select! {
                () = bell.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = until.cancelled() => {}
            }
        }
    }

    /// Sends everything that rules have asked for, and answers how much that was.
    ///
    /// # Errors
    /// The store's; what was not sent is still there.
    pub async fn react(&self) -> postern_store::Result<usize> {
        let (mut after, mut done) = (0, 0);
        loop {
            let batch = self
                .store
                .read(move |tx| reactions::after(tx, after, BATCH_MAX))
                .await?;
            let Some(last) = batch.last() else {
                return Ok(done);
            };
            after = last.reaction_id;
            for reaction in batch {
                carry_out(self, reaction).await?;
                done += 1;
            }
        }
    }
}

async fn carry_out(state: &PlatformState, reaction: Reaction) -> postern_store::Result<()> {
    let (id, number) = (reaction.account, reaction.reaction_id);
    let account = state
        .store
        .read(move |tx| accounts::get(tx, id))
        .await?
        .filter(|account| account.active);
    let sent = match account {
        Some(account) => send(state, &account, reaction).await,
        None => Err(ApiError::Inactive),
    };
    match sent {
        Ok(()) => Ok(()),
        Err(ApiError::Store(error)) => Err(error),
        // Nothing would be different next time.
        Err(_) => {
            state
                .store
                .write(Lane::of(id.0), move |tx| {
                    reactions::done(tx, number).map(drop)
                })
                .await
        }
    }
}

async fn send(
    state: &PlatformState,
    account: &accounts::Account,
    reaction: Reaction,
) -> Result<(), ApiError> {
    let (to, list_id) = match reaction.to {
        To::Number(number) => (Some(number), None),
        To::List(list) => (None, Some(list.to_string())),
    };
    let request = SendRequest {
        messages: vec![Message {
            to,
            list_id,
            body: Some(reaction.body),
            from: Some(reaction.sender).filter(|from| !from.is_empty()),
            source: Some(SOURCE.to_owned()),
            ..Message::default()
        }],
        ..SendRequest::default()
    };
    let to = recipients(state, account.id, request.list_ids()).await?;
    let policy = Policy::load(state, account, request.senders_named()).await?;
    let terms = Terms::of(state, account, Channel::Sms, policy);
    let judged = judge(request, to, &terms)?;
    // What is frozen is accepted, and stays: the text that it answers came in all the same.
    let plan = (state.native_plan)(account.id, &Method::POST, "/v3/sms/send");
    let number = reaction.reaction_id;
    let rider = Rider::new(move |tx, _| match reactions::done(tx, number)? {
        true => Ok(()),
        // An earlier attempt was committed after all; its messages must not be sent again.
        false => Err(Error::Conflict("this was sent already".into())),
    });
    match accept(
        state,
        account,
        judged,
        Brought::default(),
        Escort {
            ticket: plan.ticket,
            ..Escort::of(rider)
        },
    )
    .await
    {
        Ok(_) | Err(ApiError::Store(Error::Conflict(_))) => Ok(()),
        Err(error) => Err(error),
    }
}
