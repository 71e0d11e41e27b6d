//! Claims, leases and what settling does.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;
use postern_store::queue::{self, Claimed, Deferrals, Lease, Phase, Settlement};
use postern_store::receipts::{self, Arrival};
use postern_store::{
    Lane, Store,
    messages::{self, MessageKey},
};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;

async fn claim(store: &Store, at: UnixMicros, claim: i64) -> Vec<Claimed> {
    let lease = Lease {
        until: at.plus_secs(30),
        claim,
    };
    store
        .write(Lane::CONTROL, move |tx| queue::claim(tx, at, 100, lease))
        .await
        .unwrap()
        .messages
}

async fn settle(store: &Store, claimed: &Claimed, settlement: Settlement, at: UnixMicros) {
    let (account, one) = (
        claimed.key.account,
        [(claimed.key.seq, claimed.lease, settlement)],
    );
    store
        .write(Lane::of(account.0), move |tx| {
            queue::settle(tx, account, &one, at)
        })
        .await
        .unwrap();
}

async fn arrive(store: &Store, account: AccountId, arrival: Arrival) -> usize {
    store
        .write(Lane::of(account.0), move |tx| {
            receipts::record(tx, account, std::slice::from_ref(&arrival), NOW)
        })
        .await
        .unwrap()
}

async fn status(store: &Store, account: AccountId, n: u64) -> Status {
    store
        .read(move |tx| messages::by_id(tx, account, id(n)))
        .await
        .unwrap()
        .unwrap()
        .status
}

async fn next_due(store: &Store) -> Option<UnixMicros> {
    store.read(queue::next_due).await.unwrap()
}

async fn one_claimed(store: &Store) -> (AccountId, Claimed) {
    let account = open_account(store, "john", 10_000_000).await;
    accept(store, account, vec![message(1)], NOW).await;
    let claimed = claim(store, NOW, 1).await.pop().expect("one due message");
    (account, claimed)
}

fn accepted() -> Settlement {
    Settlement::Accepted {
        carrier: "simulator",
        ask_at: NOW.plus_secs(600),
    }
}

both! {
    async fn a_claim_brings_what_a_carrier_needs(store) {
        let (account, claimed) = one_claimed(&store).await;
        assert_eq!((claimed.key.account, claimed.key.seq, claimed.message_id), (account, 1, id(1)));
        assert_eq!((claimed.recipient.as_str(), claimed.sender.as_str(), claimed.body.as_str()), ("+15550000001", "+15005550100", "text 1 €"));
        assert_eq!((claimed.phase, claimed.claims, claimed.deferrals, claimed.status), (Phase::Submit, 1, 0, Status::Queued));
        assert!(!claimed.simulated);
        store.reopen().await;
    }

    async fn only_due_rows_are_claimed_and_the_longest_due_first(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        let due = |n: u64, s: i64| messages::NewMessage { due: Some(NOW.plus_secs(s)), schedule: Some(1), ..message(n) };
        accept(&store, account, vec![due(1, 30), due(2, 10), due(3, 20), due(4, 90)], NOW).await;
        assert_eq!(next_due(&store).await, Some(NOW.plus_secs(10)));
        let lease = Lease { until: NOW.plus_secs(100), claim: 5 };
        let two = store.write(Lane::CONTROL, move |tx| queue::claim(tx, NOW.plus_secs(40), 2, lease)).await.unwrap().messages;
        assert_eq!(two.iter().map(|c| c.key.seq).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(claim(&store, NOW.plus_secs(40), 6).await.len(), 1);
        assert_eq!(claim(&store, NOW.plus_secs(40), 7).await.len(), 0);
        assert_eq!(next_due(&store).await, Some(NOW.plus_secs(70)), "the end of the second claim's lease");
        store.reopen().await;
    }

    async fn few_messages_overtake_a_mailing_unless_it_has_waited_long(store) {
        let account = open_account(&store, "john", 1_000_000_000).await;
        accept(&store, account, (1..=300).map(message).collect(), NOW).await;
        accept(&store, account, vec![message(301)], NOW.plus_secs(60)).await;
        accept(&store, account, vec![message(302)], NOW.plus_secs(3600)).await;
        // A hundred a claim.
        let seqs = |claimed: Vec<Claimed>| claimed.into_iter().map(|c| c.key.seq).collect::<Vec<_>>();
        let first = seqs(claim(&store, NOW.plus_secs(61), 1).await);
        assert!(first.contains(&301) && first.contains(&99) && !first.contains(&100), "{first:?}");
        for lease in 2..=3 {
            assert!(!seqs(claim(&store, NOW.plus_secs(61), lease).await).contains(&302));
        }
        let late = seqs(claim(&store, NOW.plus_secs(3600), 4).await);
        assert!(late.len() == 100 && !late.contains(&302), "the leases have ended, and the mailing has waited longer: {late:?}");
        store.reopen().await;
    }

    async fn claims_never_overlap(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, (0..300).map(message).collect(), NOW).await;
        let mut claimers = Vec::new();
        for n in 1..=30 {
            let store = Store::clone(&store);
            claimers.push(tokio::spawn(async move {
                let lease = Lease { until: NOW.plus_secs(30), claim: n };
                store.write(Lane::of(n), move |tx| queue::claim(tx, NOW, 10, lease)).await.unwrap().messages
            }));
        }
        let mut seqs = Vec::new();
        for claimer in claimers {
            seqs.extend(claimer.await.unwrap().into_iter().map(|c| c.key.seq));
        }
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=300).collect::<Vec<_>>());
        store.reopen().await;
    }

    async fn a_lease_that_ends_makes_the_row_due_again_and_says_so(store) {
        let (_, first) = one_claimed(&store).await;
        assert!(claim(&store, NOW.plus_secs(29), 2).await.is_empty());
        store.reopen().await;
        let again = claim(&store, NOW.plus_secs(30), 3).await;
        assert_eq!((again.len(), again[0].claims, again[0].key), (1, 2, first.key));
    }

    async fn an_accepted_message_is_sent_and_waits_for_its_receipt(store) {
        let (account, claimed) = one_claimed(&store).await;
        settle(&store, &claimed, accepted(), NOW.plus_secs(1)).await;
        let stored = store.read(move |tx| messages::by_id(tx, account, id(1))).await.unwrap().unwrap();
        assert_eq!((stored.status, stored.carrier.as_str(), stored.sent_at), (Status::Sent, "simulator", Some(NOW.plus_secs(1))));
        assert_eq!(next_due(&store).await, Some(NOW.plus_secs(600)));
        assert_eq!(arrive(&store, account, Arrival::new(1, Event::Delivered, None, NOW.plus_secs(3))).await, 1);
        assert_eq!(status(&store, account, 1).await, Status::Delivered);
        assert_eq!(next_due(&store).await, None, "a final message has left the queue");
        store.reopen().await;
    }

    async fn a_receipt_that_overtakes_the_answer_counts(store) {
        let (account, claimed) = one_claimed(&store).await;
        assert_eq!(arrive(&store, account, Arrival::new(1, Event::Delivered, None, NOW)).await, 1);
        settle(&store, &claimed, accepted(), NOW).await;
        assert_eq!(status(&store, account, 1).await, Status::Delivered);
        assert_eq!(next_due(&store).await, None);
        store.reopen().await;
    }

    async fn a_temporary_receipt_that_overtakes_keeps_the_row(store) {
        let (account, claimed) = one_claimed(&store).await;
        arrive(&store, account, Arrival::new(1, Event::Delayed, Some(Cause::Temporary), NOW)).await;
        settle(&store, &claimed, accepted(), NOW).await;
        assert_eq!(status(&store, account, 1).await, Status::Retrying);
        assert_eq!(next_due(&store).await, Some(NOW.plus_secs(600)));
        arrive(&store, account, Arrival::new(1, Event::Delivered, None, NOW)).await;
        assert_eq!(next_due(&store).await, None);
        store.reopen().await;
    }

    async fn a_refused_message_fails_with_its_cause_and_a_receipt(store) {
        let (account, claimed) = one_claimed(&store).await;
        settle(&store, &claimed, Settlement::Refused { cause: Cause::AntiSpam }, NOW).await;
        let stored = store.read(move |tx| messages::by_id(tx, account, id(1))).await.unwrap().unwrap();
        assert_eq!((stored.status, stored.cause), (Status::Failed, Some(Cause::AntiSpam)));
        let receipt = store.read(move |tx| receipts::newest_of(tx, account, Channel::Sms, id(1))).await.unwrap().unwrap();
        assert_eq!((receipt.status, receipt.cause), (Status::Failed, Some(Cause::AntiSpam)));
        assert_eq!(next_due(&store).await, None);
        store.reopen().await;
    }

    async fn a_deferred_message_is_due_later_and_can_still_be_cancelled(store) {
        let (account, claimed) = one_claimed(&store).await;
        settle(&store, &claimed, Settlement::Deferred { due_at: NOW.plus_secs(5) }, NOW).await;
        assert_eq!(next_due(&store).await, Some(NOW.plus_secs(5)));
        let again = claim(&store, NOW.plus_secs(5), 2).await.pop().unwrap();
        assert_eq!((again.deferrals, again.claims, again.phase), (1, 1, Phase::Submit));
        settle(&store, &again, Settlement::Deferred { due_at: NOW.plus_secs(9) }, NOW.plus_secs(5)).await;
        let put_off = store.read(move |tx| queue::deferrals(tx, MessageKey { account, seq: 1 })).await.unwrap();
        assert_eq!(put_off, Some(Deferrals { times: 2, first_at: NOW, last_at: NOW.plus_secs(5) }));
        assert!(store.write(Lane::of(account.0), move |tx| messages::cancel(tx, account, Channel::Sms, id(1), NOW)).await.unwrap());
        assert_eq!(next_due(&store).await, None);
        store.reopen().await;
    }

    async fn a_doubted_message_waits_for_a_receipt_and_expires(store) {
        let (account, claimed) = one_claimed(&store).await;
        settle(&store, &claimed, Settlement::Doubted { carrier: "simulator", ask_at: NOW.plus_secs(40) }, NOW).await;
        assert_eq!(status(&store, account, 1).await, Status::InDoubt);
        let asked = claim(&store, NOW.plus_secs(40), 2).await.pop().unwrap();
        assert_eq!((asked.phase, asked.sent_at), (Phase::Await, Some(NOW)));
        settle(&store, &asked, Settlement::Waiting { ask_at: NOW.plus_secs(80) }, NOW).await;
        let asked = claim(&store, NOW.plus_secs(80), 3).await.pop().unwrap();
        settle(&store, &asked, Settlement::Expired, NOW.plus_secs(80)).await;
        let receipt = store.read(move |tx| receipts::newest_of(tx, account, Channel::Sms, id(1))).await.unwrap().unwrap();
        assert_eq!((receipt.status, receipt.cause), (Status::Failed, Some(Cause::ReceiptExpired)));
        assert_eq!(next_due(&store).await, None);
        store.reopen().await;
    }

    async fn an_asked_carrier_may_report_for_good_or_for_now(store) {
        let (account, claimed) = one_claimed(&store).await;
        settle(&store, &claimed, accepted(), NOW).await;
        let asked = claim(&store, NOW.plus_secs(600), 2).await.pop().unwrap();
        let delayed = Settlement::Reported { event: Event::Delayed, cause: Some(Cause::Temporary), ask_at: NOW.plus_secs(700), heard: Heard::default() };
        settle(&store, &asked, delayed, NOW.plus_secs(600)).await;
        assert_eq!((status(&store, account, 1).await, next_due(&store).await), (Status::Retrying, Some(NOW.plus_secs(700))));
        let asked = claim(&store, NOW.plus_secs(700), 3).await.pop().unwrap();
        let delivered = Settlement::Reported { event: Event::Delivered, cause: None, ask_at: NOW.plus_secs(900), heard: Heard::default() };
        settle(&store, &asked, delivered, NOW.plus_secs(700)).await;
        assert_eq!((status(&store, account, 1).await, next_due(&store).await), (Status::Delivered, None));
        store.reopen().await;
    }

    async fn whoever_lost_the_lease_reports_but_does_not_decide(store) {
        let (account, late) = one_claimed(&store).await;
        let current = claim(&store, NOW.plus_secs(30), 2).await.pop().unwrap();
        settle(&store, &late, accepted(), NOW.plus_secs(31)).await;
        assert_eq!(status(&store, account, 1).await, Status::Sent, "it did hand the message over");
        assert_eq!(next_due(&store).await, Some(current.lease.until), "the row is the newer claim's");
        settle(&store, &late, Settlement::Deferred { due_at: NOW }, NOW.plus_secs(31)).await;
        assert_eq!(next_due(&store).await, Some(current.lease.until));
        settle(&store, &current, accepted(), NOW.plus_secs(32)).await;
        assert_eq!(next_due(&store).await, Some(NOW.plus_secs(600)));
        store.reopen().await;
    }
}
