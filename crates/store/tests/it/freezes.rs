//! Limits and brakes of what has no row of its own.

use postern_domain::account::AccountId;
use postern_domain::message::Status;
use postern_domain::time::UnixMicros;
use postern_store::freezes::{Held, held};
use postern_store::messages::NewMessage;
use postern_store::queue::{self, Batch, Lease, Settlement};
use postern_store::{Lane, Store, Through, freezes, limits, messages};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{id, message};

const NOW: UnixMicros = FixedClock::START;

fn by(key: &str, connection: &str) -> Through {
    Through {
        key_id: Some(key.to_owned()),
        connection_id: Some(connection.to_owned()),
    }
}

async fn accept(store: &Store, account: AccountId, batch: Vec<NewMessage>, through: Through) {
    let done = store.write(Lane::of(account.0), move |tx| {
        messages::accept(tx, account, &batch, false, &through, NOW)
    });
    done.await.unwrap().unwrap();
}

async fn claim(store: &Store, at: UnixMicros, claim: i64) -> Batch {
    let lease = Lease {
        until: at.plus_secs(30),
        claim,
    };
    let done = store.write(Lane::CONTROL, move |tx| queue::claim(tx, at, 100, lease));
    done.await.unwrap()
}

fn seqs(batch: &Batch) -> Vec<i64> {
    batch.messages.iter().map(|m| m.key.seq).collect()
}

async fn pull(store: &Store, scope: &'static str) {
    let done = store.write(Lane::CONTROL, move |tx| freezes::freeze(tx, scope, NOW));
    assert!(done.await.unwrap(), "{scope}");
}

async fn release(store: &Store, scope: &'static str, at: UnixMicros) {
    let done = store.write(Lane::CONTROL, move |tx| freezes::unfreeze(tx, scope, at));
    assert!(done.await.unwrap(), "{scope}");
}

async fn holds(store: &Store, scope: &'static str, at: UnixMicros) -> Held {
    let read = store.read(move |tx| {
        let freeze = freezes::get(tx, scope)?.expect("it is frozen");
        held(tx, &freeze, at)
    });
    read.await.unwrap()
}

fn later(n: u64, seconds: i64) -> NewMessage {
    let due = NOW.plus_secs(seconds);
    NewMessage {
        due: Some(due),
        schedule: Some(due.secs()),
        ..message(n)
    }
}

both! {
    async fn a_brake_is_pulled_and_released_once(store) {
        let told = store.write(Lane::CONTROL, |tx| Ok([
            freezes::freeze(tx, "key:a", NOW)?, freezes::freeze(tx, "key:a", NOW.plus_secs(1))?,
            freezes::freeze(tx, "installation:", NOW)?, freezes::unfreeze(tx, "key:b", NOW)?,
        ])).await.unwrap();
        assert_eq!(told, [true, false, true, false]);
        store.reopen().await;
        let all = store.read(|tx| freezes::page(tx, "", 10)).await.unwrap();
        assert_eq!(all, [("installation:".to_owned(), NOW), ("key:a".to_owned(), NOW)]);
        let told = store.write(Lane::CONTROL, |tx| Ok([freezes::unfreeze(tx, "key:a", NOW)?, freezes::unfreeze(tx, "key:a", NOW)?])).await.unwrap();
        assert_eq!(told, [true, false]);
        assert_eq!(store.read(|tx| freezes::page(tx, "", 10)).await.unwrap().len(), 1);
    }

    async fn limits_are_replaced_and_taken_away(store) {
        store.write(Lane::CONTROL, |tx| {
            limits::put(tx, "connection:a", Some("{}"), NOW)?;
            limits::put(tx, "connection:a", Some("{\"messages_per_day\":1}"), NOW)?;
            limits::put(tx, "installation:", Some("{}"), NOW)?;
            limits::put(tx, "installation:", None, NOW)
        }).await.unwrap();
        store.reopen().await;
        let all = store.read(|tx| Ok((limits::page(tx, "", 10)?, limits::page(tx, "connection:a", 10)?))).await.unwrap();
        assert_eq!(all, (vec![("connection:a".to_owned(), "{\"messages_per_day\":1}".to_owned())], vec![]));
        assert_eq!(store.read(|tx| limits::get(tx, "installation:")).await.unwrap(), None);
    }

    async fn what_came_by_a_frozen_key_or_connection_does_not_leave_until_it_is_released(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, vec![message(1), later(2, 60)], by("a", "x")).await;
        accept(&store, account, vec![message(3), later(4, 60)], by("b", "x")).await;
        accept(&store, account, vec![message(5)], Through::default()).await;
        pull(&store, "key:a").await;
        assert_eq!(holds(&store, "key:a", NOW).await, Held { late: 1, scheduled: 1, earliest: Some(NOW), ..Held::default() });
        assert_eq!(seqs(&claim(&store, NOW, 1).await), [3, 5]);
        store.reopen().await;
        assert!(claim(&store, NOW.plus_secs(29), 2).await.is_end, "what is put aside is not due");
        assert_eq!(holds(&store, "key:a", NOW).await, Held { late: 1, scheduled: 1, earliest: Some(NOW), ..Held::default() });
        // Held by two: released by one of them it stays.
        pull(&store, "connection:x").await;
        release(&store, "key:a", NOW.plus_secs(40)).await;
        let at = NOW.plus_secs(60);
        assert_eq!(seqs(&claim(&store, at, 3).await), [5], "the leases of 3 and 5 have ended, and 5 came by itself");
        assert_eq!(holds(&store, "connection:x", at).await.late, 4);
        release(&store, "connection:x", at).await;
        assert!(store.read(|tx| freezes::page(tx, "", 10)).await.unwrap().is_empty());
        store.reopen().await;
        assert_eq!(seqs(&claim(&store, at, 4).await), [1, 2, 3, 4]);
        assert!(claim(&store, at, 5).await.is_end);
        let two = store.read(move |tx| messages::by_id(tx, account, id(2))).await.unwrap().unwrap();
        assert_eq!((two.status, two.schedule), (Status::Scheduled, Some(at.secs())), "the schedule is as it was");
    }

    async fn everything_is_everything(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, vec![message(1), later(2, 60)], by("a", "x")).await;
        accept(&store, account, vec![message(3)], Through::default()).await;
        pull(&store, "installation:").await;
        assert!(claim(&store, NOW, 1).await.messages.is_empty());
        assert!(claim(&store, NOW, 2).await.is_end);
        assert_eq!(holds(&store, "installation:", NOW).await, Held { late: 2, scheduled: 1, earliest: Some(NOW), ..Held::default() });
        store.reopen().await;
        // Pulled again before everything is back: it holds what it still has.
        release(&store, "installation:", NOW).await;
        pull(&store, "installation:").await;
        assert!(claim(&store, NOW, 3).await.is_end);
        release(&store, "installation:", NOW).await;
        assert_eq!(seqs(&claim(&store, NOW, 4).await), [1, 3]);
    }

    async fn a_held_message_can_still_be_cancelled(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, vec![later(1, 10)], by("a", "x")).await;
        pull(&store, "key:a").await;
        let at = NOW.plus_secs(20);
        claim(&store, at, 1).await;
        let cancel = store.write(Lane::of(account.0), move |tx| {
            messages::cancel(tx, account, postern_domain::channel::Channel::Sms, id(1), at)
        });
        assert!(cancel.await.unwrap());
        release(&store, "key:a", at).await;
        assert!(claim(&store, at, 2).await.is_end);
        store.reopen().await;
    }

    async fn a_doubt_outlives_a_freeze(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, vec![message(1)], by("a", "x")).await;
        // A claim whose holder vanished, then one that is frozen.
        assert_eq!(claim(&store, NOW, 1).await.messages[0].claims, 1);
        pull(&store, "key:a").await;
        assert!(claim(&store, NOW.plus_secs(30), 2).await.messages.is_empty());
        release(&store, "key:a", NOW.plus_secs(40)).await;
        let again = claim(&store, NOW.plus_secs(40), 3).await.messages.remove(0);
        assert_eq!(again.claims, 2, "whether the first holder sent it is still not known");
        // Withheld between claim and carrier: it counts as little.
        let (seq, lease) = (again.key.seq, again.lease);
        let withheld = Settlement::Withheld { due_at: NOW.plus_secs(41), claims: again.claims - 1 };
        store.write(Lane::of(account.0), move |tx| queue::settle(tx, account, &[(seq, lease, withheld.clone())], NOW.plus_secs(41))).await.unwrap();
        assert_eq!(claim(&store, NOW.plus_secs(41), 4).await.messages[0].claims, 2);
        store.reopen().await;
    }

    async fn more_than_a_claim_is_released_claim_by_claim(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, (0..250).map(message).collect(), by("a", "x")).await;
        pull(&store, "key:a").await;
        while !claim(&store, NOW, 1).await.is_end {}
        release(&store, "key:a", NOW).await;
        let mut left = Vec::new();
        loop {
            let batch = claim(&store, NOW, 2 + left.len() as i64).await;
            if batch.is_end { break; }
            left.extend(seqs(&batch));
            store.reopen().await;
        }
        left.sort_unstable();
        assert_eq!(left, (1..=250).collect::<Vec<_>>());
    }
}
