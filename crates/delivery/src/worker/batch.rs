//! One claimed batch: each message meets its carrier, what came of it is settled account by account.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use postern_domain::account::AccountId;
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_store::Lane;
use postern_store::freezes::Brakes;
use postern_store::queue::{self, Claimed, Lease, Phase, Settlement};

use super::{Delivery, after};
use crate::carrier::{Answer, Attempt, Carrier, Report};

/// Messages of a batch that are with carriers at the same time. A carrier's own window bounds it further.
const WITH_CARRIERS_MAX: usize = 64;
/// How long to wait for a receipt that would resolve a doubt before looking again.
const DOUBT_PAUSE: Duration = Duration::from_secs(60);

type Settled = (i64, Lease, Settlement);

/// A message that met its carrier.
struct Met {
    account: AccountId,
    settled: Settled,
    /// The carrier said it twice.
    doubled: bool,
}

impl Delivery {
    /// `brakes`: how often the brake had been pulled before the claim.
    pub(super) async fn carry(&self, claimed: Vec<Claimed>, brakes: u64) {
        let met: Vec<Met> = futures_util::stream::iter(claimed)
            .map(|message| async move {
                let (settlement, doubled) = self.meet(&message, brakes).await;
                Met {
                    account: message.key.account,
                    settled: (message.key.seq, message.lease, settlement),
                    doubled,
                }
            })
            .buffered(WITH_CARRIERS_MAX)
            .collect()
            .await;
        let reports = met.iter().any(|met| is_report(&met.settled.2));
        let now = (self.clock)();
        self.settle_all(met.iter(), now).await;
        if met.iter().any(|met| met.doubled) {
            self.settle_all(met.iter().filter(|met| met.doubled), now)
                .await;
        }
        self.bells.messages.notify_one();
        if reports {
            self.bells.reported.send_modify(|count| *count += 1);
            self.bells.pushes.notify_one();
        }
    }

    /// `met` in the order of their accounts.
    async fn settle_all(&self, met: impl Iterator<Item = &Met>, now: UnixMicros) {
        let met: Vec<&Met> = met.collect();
        let accounts = met.chunk_by(|a, b| a.account == b.account).map(|one| {
            let rows: Vec<Settled> = one.iter().map(|met| met.settled.clone()).collect();
            self.settle(one[0].account, rows, now)
        });
        join_all(accounts).await;
    }

    async fn settle(&self, account: AccountId, rows: Vec<Settled>, now: UnixMicros) {
        let count = rows.len();
        let settled = self
            .store
            .write(Lane::of(account.0), move |tx| {
                queue::settle(tx, account, &rows, now)
            })
            .await;
        match settled {
            Ok(()) => metrics::counter!("postern_delivery_settled_total").increment(count as u64),
            // The lease runs out and the messages are due again; their count of claims tells the next holder.
            Err(error) => {
                tracing::error!(%error, account.id = account.0, messages = count, "a batch was not settled")
            }
        }
    }

    async fn meet(&self, message: &Claimed, brakes: u64) -> (Settlement, bool) {
        let carrier = self.routes.carrier(message);
        let attempt = attempt(message);
        let now = (self.clock)();
        let settlement = match message.phase {
            Phase::Submit if self.was_frozen(message, brakes).await => Settlement::Withheld {
                due_at: now,
                claims: message.claims - 1,
            },
            Phase::Submit if message.claims > 1 && !carrier.recognises_repeats() => {
                Settlement::Doubted {
                    carrier: carrier.name(),
                    ask_at: after(now, DOUBT_PAUSE),
                }
            }
            Phase::Submit => self.submit(&*carrier, &attempt, message.deferrals).await,
            Phase::Await => return self.ask(&*carrier, &attempt, now).await,
        };
        (settlement, false)
    }

    /// Whether a freeze came after the claim, which saw those before it.
    async fn was_frozen(&self, message: &Claimed, brakes: u64) -> bool {
        if self.brakes() == brakes {
            return false;
        }
        match self.store.read(Brakes::now).await {
            Ok(brakes) => brakes.hold(&message.through),
            Err(error) => {
                tracing::error!(%error, "whether a message is frozen cannot be read; it is kept back");
                true
            }
        }
    }

    async fn submit(&self, carrier: &dyn Carrier, attempt: &Attempt, deferrals: i64) -> Settlement {
        let answer = carrier.submit(attempt).await;
        let (carrier, now) = (carrier.name(), (self.clock)());
        match answer {
            Answer::Accepted { ask_after } => Settlement::Accepted {
                carrier,
                ask_at: after(now, ask_after),
            },
            Answer::InDoubt { ask_after } => Settlement::Doubted {
                carrier,
                ask_at: after(now, ask_after),
            },
            Answer::Refused(cause) => Settlement::Refused { cause },
            Answer::Throttled { .. } if deferrals >= self.config.deferrals_max => {
                Settlement::Refused {
                    cause: Cause::Congestion,
                }
            }
            Answer::Throttled { after: pause } => Settlement::Deferred {
                due_at: after(now, pause),
            },
        }
    }

    async fn ask(
        &self,
        carrier: &dyn Carrier,
        attempt: &Attempt,
        now: UnixMicros,
    ) -> (Settlement, bool) {
        let since = attempt.sent_at.unwrap_or(attempt.accepted_at);
        let settlement = match carrier.ask(attempt, now).await {
            Report::Happened {
                event,
                cause,
                heard,
                ask_after,
                doubled,
            } => {
                let reported = Settlement::Reported {
                    event,
                    cause,
                    heard,
                    ask_at: after(now, ask_after),
                };
                return (reported, doubled);
            }
            Report::Nothing { .. } if now >= after(since, self.config.receipt_wait_max) => {
                Settlement::Expired
            }
            Report::Nothing { ask_after } => Settlement::Waiting {
                ask_at: after(now, ask_after),
            },
        };
        (settlement, false)
    }
}

/// Whether it became a receipt, about which there may be rules.
fn is_report(settlement: &Settlement) -> bool {
    matches!(
        settlement,
        Settlement::Reported { .. } | Settlement::Refused { .. } | Settlement::Expired
    )
}

fn attempt(message: &Claimed) -> Attempt {
    Attempt {
        key: message.key,
        message_id: message.message_id,
        recipient: message.recipient.clone(),
        sender: message.sender.clone(),
        body: message.body.clone(),
        content: message.content.clone(),
        status: message.status,
        accepted_at: message.accepted_at,
        sent_at: message.sent_at,
        deferrals: u32::try_from(message.deferrals).unwrap_or(u32::MAX),
    }
}
