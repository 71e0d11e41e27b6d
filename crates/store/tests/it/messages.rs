//! Accepting, finding and cancelling messages.

use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content};
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_store::messages::{
    self, Accepted, CancelledSome, Combine, Message, NewMessage, Order, Search,
};
use postern_store::{Lane, Store, Through, accounts, queue};
use postern_testkit::FixedClock;

use crate::accounts::open_account;

const NOW: UnixMicros = FixedClock::START;
const PRICE: i64 = 79_200;

/// The `n`th message of a test: everything about it follows from `n`.
pub(crate) fn message(n: u64) -> NewMessage {
    NewMessage {
        message_id: id(n),
        schedule: None,
        due: None,
        recipient: format!("+1555{n:07}"),
        country: "US".to_owned(),
        sender: "+15005550100".to_owned(),
        shared_sender: true,
        body: format!("text {n} €"),
        custom_string: format!("c{n}"),
        from_email: None,
        source: "test".to_owned(),
        segments: 1,
        price: Micros(PRICE),
        test_number: false,
        origin: None,
        content: Content::Sms,
    }
}

pub(crate) fn id(n: u64) -> MessageId {
    MessageId::new(NOW, n.to_be_bytes())
}

pub(crate) async fn accept(
    store: &Store,
    account: AccountId,
    batch: Vec<NewMessage>,
    at: UnixMicros,
) -> Accepted {
    store
        .write(Lane::of(account.0), move |tx| {
            messages::accept(tx, account, &batch, false, &Through::default(), at)
        })
        .await
        .unwrap()
        .expect("an open account")
}

fn scheduled(n: u64, due: UnixMicros) -> NewMessage {
    NewMessage {
        schedule: Some(due.secs()),
        due: Some(due),
        ..message(n)
    }
}

async fn seqs(store: &Store, account: AccountId, search: Search) -> (i64, Vec<i64>) {
    let page = store
        .read(move |tx| messages::history(tx, account, &search))
        .await
        .unwrap();
    (page.total, page.rows.iter().map(|m| m.key.seq).collect())
}

async fn balance(store: &Store, account: AccountId) -> Micros {
    store
        .read(move |tx| accounts::get(tx, account))
        .await
        .unwrap()
        .unwrap()
        .balance
}

async fn find(store: &Store, account: AccountId, n: u64) -> Option<Message> {
    store
        .read(move |tx| messages::by_id(tx, account, id(n)))
        .await
        .unwrap()
}

async fn cancel(store: &Store, account: AccountId, n: u64) -> bool {
    store
        .write(Lane::of(account.0), move |tx| {
            messages::cancel(tx, account, Channel::Sms, id(n), NOW)
        })
        .await
        .unwrap()
}

fn all() -> Search {
    Search {
        limit: 100,
        ..Search::default()
    }
}

both! {
    async fn accepted_messages_are_stored_paid_for_and_queued(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        let due = NOW.plus_secs(3600);
        let batch = vec![message(1), scheduled(2, due), NewMessage { test_number: true, price: Micros(0), segments: 0, ..message(3) }];
        let accepted = accept(&store, account, batch, NOW).await;
        assert_eq!(accepted, Accepted { accepted_at: NOW, first_seq: 1, unpaid: vec![] });
        let one = find(&store, account, 1).await.unwrap();
        assert_eq!((one.key.seq, one.status, one.recipient.as_str(), one.body.as_str()), (1, Status::Queued, "+15550000001", "text 1 €"));
        assert_eq!((one.price, one.segments, one.schedule, one.cause, one.receipt_seq), (Micros(PRICE), 1, None, None, None));
        let two = find(&store, account, 2).await.unwrap();
        assert_eq!((two.status, two.schedule), (Status::Scheduled, Some(due.secs())));
        assert_eq!(find(&store, account, 3).await.unwrap().status, Status::Completed);
        assert_eq!(balance(&store, account).await, Micros(10_000_000 - 2 * PRICE));
        // It is due already, ahead of mailings. The test number waits for nothing.
        assert!(store.read(queue::next_due).await.unwrap().unwrap() < NOW);
        store.reopen().await;
        assert_eq!(find(&store, account, 1).await, Some(one));
    }

    async fn what_the_balance_does_not_cover_is_left_out_message_by_message(store) {
        let account = open_account(&store, "john", 100).await;
        let priced = |n: u64, price: i64| NewMessage { price: Micros(price), ..message(n) };
        let batch = vec![priced(1, 60), priced(2, 50), priced(3, 40), priced(4, 1), priced(5, 0)];
        let accepted = accept(&store, account, batch, NOW).await;
        assert_eq!(accepted.unpaid, [1, 3]);
        assert_eq!(balance(&store, account).await, Micros(0));
        assert_eq!(seqs(&store, account, all()).await, (3, vec![1, 2, 3]));
        let third = find(&store, account, 3).await.unwrap();
        assert_eq!(third.key.seq, 2, "numbers have no gaps");
        assert!(find(&store, account, 2).await.is_none());
        store.reopen().await;
    }

    async fn a_closed_account_sends_nothing(store) {
        let account = open_account(&store, "john", 100).await;
        store.write(Lane::CONTROL, move |tx| accounts::set_active(tx, account, false, NOW)).await.unwrap();
        let refused = store.write(Lane::of(account.0), move |tx| messages::accept(tx, account, &[message(1)], false, &Through::default(), NOW)).await.unwrap();
        assert_eq!(refused, None);
        store.reopen().await;
    }

    async fn a_thousand_messages_are_one_unit(store) {
        let account = open_account(&store, "john", 1_000 * PRICE).await;
        let batch: Vec<_> = (0..1_000).map(message).collect();
        assert!(accept(&store, account, batch, NOW).await.unpaid.is_empty());
        assert_eq!(balance(&store, account).await, Micros(0));
        assert_eq!(seqs(&store, account, all()).await.0, 1_000);
        store.reopen().await;
    }

    async fn messages_of_another_account_do_not_exist(store) {
        let john = open_account(&store, "john", 10_000_000).await;
        let eve = open_account(&store, "eve", 10_000_000).await;
        accept(&store, john, vec![scheduled(1, NOW.plus_secs(60))], NOW).await;
        assert_eq!(find(&store, eve, 1).await, None);
        assert!(!cancel(&store, eve, 1).await);
        let by_id = Search { message_id: Some(Some(id(1))), ..all() };
        assert_eq!(seqs(&store, eve, by_id).await, (0, vec![]));
        assert_eq!(seqs(&store, eve, all()).await, (0, vec![]));
        store.reopen().await;
    }

    async fn pages_are_ranges_in_both_directions(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, (0..10).map(message).collect(), NOW).await;
        let page = |skip: i64, descending: bool| Search { skip, limit: 4, descending, ..Search::default() };
        assert_eq!(seqs(&store, account, page(0, false)).await, (10, vec![1, 2, 3, 4]));
        assert_eq!(seqs(&store, account, page(8, false)).await, (10, vec![9, 10]));
        assert_eq!(seqs(&store, account, page(12, false)).await, (10, vec![]));
        assert_eq!(seqs(&store, account, page(0, true)).await, (10, vec![10, 9, 8, 7]));
        assert_eq!(seqs(&store, account, page(8, true)).await, (10, vec![2, 1]));
        assert_eq!(seqs(&store, account, page(12, true)).await, (10, vec![]));
        assert_eq!(seqs(&store, account, page(i64::MAX - 3, false)).await, (10, vec![]));
        store.reopen().await;
    }

    async fn a_date_window_includes_both_ends(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        for n in 0..9 {
            // Three messages in each of three seconds.
            accept(&store, account, vec![message(n)], NOW.plus_secs(n as i64 / 3)).await;
        }
        let window = |from: Option<i64>, to: Option<i64>| Search {
            from: from.map(|s| NOW.plus_secs(s)),
            to: to.map(|s| NOW.plus_secs(s).plus_micros(999_999)),
            ..all()
        };
        assert_eq!(seqs(&store, account, window(Some(1), Some(1))).await, (3, vec![4, 5, 6]));
        assert_eq!(seqs(&store, account, window(Some(1), None)).await.0, 6);
        assert_eq!(seqs(&store, account, window(None, Some(0))).await, (3, vec![1, 2, 3]));
        assert_eq!(seqs(&store, account, window(Some(3), None)).await.0, 0);
        assert_eq!(seqs(&store, account, window(Some(2), Some(1))).await.0, 0);
        assert_eq!(seqs(&store, account, window(Some(-5), Some(99))).await.0, 9);
        store.reopen().await;
    }

    async fn searches_find_by_every_field_and_combine(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        let mut batch: Vec<_> = (0..6).map(message).collect();
        batch[1].sender = "MyShop".to_owned();
        batch[2].sender = "MyShop".to_owned();
        batch[2].recipient = "+15550000001".to_owned();
        batch[3] = scheduled(3, NOW.plus_secs(60));
        accept(&store, account, batch, NOW).await;
        let by = |edit: fn(&mut Search)| { let mut s = all(); edit(&mut s); s };
        assert_eq!(seqs(&store, account, by(|s| s.recipient = Some("+15550000001".into()))).await, (2, vec![2, 3]));
        assert_eq!(seqs(&store, account, by(|s| s.sender = Some("MYSHOP".into()))).await, (2, vec![2, 3]));
        assert_eq!(seqs(&store, account, by(|s| s.custom_string = Some("C5".into()))).await, (1, vec![6]));
        assert_eq!(seqs(&store, account, by(|s| s.status = Some(vec![Status::Scheduled]))).await, (1, vec![4]));
        assert_eq!(seqs(&store, account, by(|s| s.status = Some(vec![]))).await, (0, vec![]));
        assert_eq!(seqs(&store, account, by(|s| s.message_id = Some(Some(id(4))))).await, (1, vec![5]));
        assert_eq!(seqs(&store, account, by(|s| s.message_id = Some(None))).await, (0, vec![]));
        assert_eq!(seqs(&store, account, by(|s| s.owner = Some(true))).await.0, 6);
        assert_eq!(seqs(&store, account, by(|s| s.owner = Some(false))).await.0, 0);
        let both = by(|s| { s.sender = Some("MyShop".into()); s.custom_string = Some("c2".into()); });
        assert_eq!(seqs(&store, account, both.clone()).await, (1, vec![3]));
        let either = Search { combine: Combine::Or, message_id: Some(Some(id(0))), status: Some(vec![Status::Scheduled]), ..both };
        assert_eq!(seqs(&store, account, either.clone()).await, (4, vec![1, 2, 3, 4]));
        assert_eq!(seqs(&store, account, Search { skip: 1, limit: 2, descending: true, ..either }).await, (4, vec![3, 2]));
        store.reopen().await;
    }

    async fn history_sorts_by_each_of_its_fields(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        let mut batch: Vec<_> = (0..3).map(message).collect();
        for (message, key) in batch.iter_mut().zip(["b", "c", "a"]) {
            message.sender = key.to_owned();
            message.recipient = key.to_owned();
            message.body = key.to_owned();
        }
        batch[0].test_number = true;
        accept(&store, account, batch, NOW).await;
        for order in [Order::Sender, Order::Recipient, Order::Body] {
            assert_eq!(seqs(&store, account, Search { order, ..all() }).await.1, [3, 1, 2], "{order:?}");
            assert_eq!(seqs(&store, account, Search { order, descending: true, ..all() }).await.1, [2, 1, 3], "{order:?}");
        }
        assert_eq!(seqs(&store, account, Search { order: Order::Status, ..all() }).await.1, [2, 3, 1]);
        assert_eq!(seqs(&store, account, Search { order: Order::Status, descending: true, ..all() }).await.1, [1, 3, 2]);
        assert_eq!(seqs(&store, account, Search { order: Order::Date, ..all() }).await.1, [1, 2, 3]);
        store.reopen().await;
    }

    async fn cancelling_gives_the_price_back_once(store) {
        let account = open_account(&store, "john", 10 * PRICE).await;
        accept(&store, account, vec![scheduled(1, NOW.plus_secs(60)), message(2)], NOW).await;
        assert!(cancel(&store, account, 1).await);
        assert!(!cancel(&store, account, 1).await, "already cancelled");
        assert!(!cancel(&store, account, 9).await, "unknown");
        assert!(cancel(&store, account, 2).await, "queued, not yet claimed");
        assert_eq!(balance(&store, account).await, Micros(10 * PRICE));
        assert_eq!(find(&store, account, 1).await.unwrap().status, Status::Cancelled);
        assert_eq!(store.read(queue::next_due).await.unwrap(), None);
        store.reopen().await;
    }

    async fn a_claimed_message_is_too_late_to_cancel(store) {
        let account = open_account(&store, "john", 10 * PRICE).await;
        let due = NOW.plus_secs(60);
        accept(&store, account, vec![scheduled(1, due)], NOW).await;
        let lease = queue::Lease { until: due.plus_secs(30), claim: 77 };
        let claimed = store.write(Lane::CONTROL, move |tx| queue::claim(tx, due, 10, lease)).await.unwrap().messages;
        assert_eq!(claimed.len(), 1);
        assert!(!cancel(&store, account, 1).await);
        assert_eq!(find(&store, account, 1).await.unwrap().status, Status::Scheduled);
        assert_eq!(balance(&store, account).await, Micros(9 * PRICE));
        store.reopen().await;
    }

    async fn cancelling_all_goes_in_steps_and_keeps_to_its_custom_string(store) {
        let account = open_account(&store, "john", 100 * PRICE).await;
        let mut batch: Vec<_> = (0..10).map(|n| scheduled(n, NOW.plus_secs(60))).collect();
        for message in &mut batch[..3] {
            message.custom_string = "mine".to_owned();
        }
        batch.push(message(10));
        accept(&store, account, batch, NOW).await;
        let step = |custom: Option<&'static str>, after: i64| store.write(Lane::of(account.0), move |tx| {
            messages::cancel_scheduled(tx, account, Channel::Sms, custom, after, 4, NOW)
        });
        assert_eq!(step(Some("mine"), 0).await.unwrap(), CancelledSome { count: 3, next: None });
        assert_eq!(step(Some("mine"), 0).await.unwrap(), CancelledSome { count: 0, next: None });
        assert_eq!(step(None, 0).await.unwrap(), CancelledSome { count: 4, next: Some(7) });
        assert_eq!(step(None, 7).await.unwrap(), CancelledSome { count: 3, next: None });
        assert_eq!(balance(&store, account).await, Micros(99 * PRICE), "the immediate message was not touched");
        store.reopen().await;
    }

    async fn a_cancel_and_a_claim_never_both_win(store) {
        let account = open_account(&store, "john", 1_000 * PRICE).await;
        for n in 0..40 {
            accept(&store, account, vec![scheduled(n, NOW.plus_secs(60))], NOW).await;
        }
        let claims = {
            let store = Store::clone(&store);
            tokio::spawn(async move {
                let mut taken = Vec::new();
                for claim in 1..=40 {
                    let lease = queue::Lease { until: NOW.plus_secs(120), claim };
                    let got = store.write(Lane::of(99), move |tx| queue::claim(tx, NOW.plus_secs(60), 1, lease)).await.unwrap().messages;
                    taken.extend(got.into_iter().map(|c| c.key.seq));
                }
                taken
            })
        };
        let mut cancelled = Vec::new();
        for n in (0..40).rev() {
            if cancel(&store, account, n).await {
                cancelled.push(n as i64 + 1);
            }
        }
        let mut everything = claims.await.unwrap();
        everything.extend(cancelled);
        everything.sort_unstable();
        assert_eq!(everything, (1..=40).collect::<Vec<_>>());
        store.reopen().await;
    }
}
