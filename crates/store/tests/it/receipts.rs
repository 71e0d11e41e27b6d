//! Receipts: kept once, in order, found by message and by page.

use postern_domain::channel::Channel;
use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_store::receipts::{self, Arrival};
use postern_store::{Lane, messages};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;

both! {
    async fn reports_are_kept_in_order_and_paged(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, (0..5).map(message).collect(), NOW).await;
        let kept = store.write(Lane::of(account.0), move |tx| {
            let arrivals: Vec<_> = (1..=5).map(|seq| Arrival::new(seq, Event::Delivered, None, NOW.plus_secs(seq))).collect();
            receipts::record(tx, account, &arrivals, NOW.plus_secs(9))
        }).await.unwrap();
        assert_eq!(kept, 5);
        let page = store.read(move |tx| receipts::page(tx, account, Channel::Sms, 2, 2)).await.unwrap();
        assert_eq!(page.total, 5);
        let rows: Vec<_> = page.rows.iter().map(|r| (r.message_id, r.at, r.status, r.custom_string.as_str())).collect();
        assert_eq!(rows, [(id(2), NOW.plus_secs(3), Status::Delivered, "c2"), (id(3), NOW.plus_secs(4), Status::Delivered, "c3")]);
        let past = store.read(move |tx| receipts::page(tx, account, Channel::Sms, 5, 2)).await.unwrap();
        assert_eq!((past.total, past.rows.len()), (5, 0));
        store.reopen().await;
    }

    async fn a_repeated_report_is_kept_once(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, vec![message(1)], NOW).await;
        let twice = || [Arrival::new(1, Event::Delivered, None, NOW), Arrival::new(1, Event::Delivered, None, NOW)];
        let record = || store.write(Lane::of(account.0), move |tx| receipts::record(tx, account, &twice(), NOW));
        assert_eq!(record().await.unwrap(), 1);
        assert_eq!(record().await.unwrap(), 0);
        assert_eq!(store.read(move |tx| receipts::page(tx, account, Channel::Sms, 0, 10)).await.unwrap().total, 1);
        store.reopen().await;
    }

    async fn two_reports_in_one_unit_are_two_receipts_and_the_newest_is_found(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, vec![message(1)], NOW).await;
        let both = [Arrival::new(1, Event::Delayed, Some(Cause::Temporary), NOW), Arrival::new(1, Event::Delivered, None, NOW.plus_secs(1))];
        let kept = store.write(Lane::of(account.0), move |tx| receipts::record(tx, account, &both, NOW)).await.unwrap();
        assert_eq!(kept, 2);
        let (newest, stored) = store.read(move |tx| {
            Ok((receipts::newest_of(tx, account, Channel::Sms, id(1))?, messages::by_id(tx, account, id(1))?))
        }).await.unwrap();
        assert_eq!(newest.unwrap().status, Status::Delivered);
        let stored = stored.unwrap();
        assert_eq!((stored.status, stored.cause, stored.receipt_seq), (Status::Delivered, None, Some(2)));
        let chain = store.read(move |tx| receipts::of_message(tx, account, 2)).await.unwrap();
        let chain: Vec<_> = chain.iter().map(|(number, receipt)| (*number, receipt.status, receipt.cause)).collect();
        assert_eq!(chain, [(2, Status::Delivered, None), (1, Status::Retrying, Some(Cause::Temporary))]);
        store.reopen().await;
    }

    async fn reports_about_nothing_are_dropped(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        let other = open_account(&store, "eve", 100_000_000).await;
        accept(&store, account, vec![message(1)], NOW).await;
        let stray = [Arrival::new(9, Event::Delivered, None, NOW), Arrival::new(1, Event::Expired, None, NOW)];
        let kept = store.write(Lane::of(account.0), move |tx| receipts::record(tx, account, &stray, NOW)).await.unwrap();
        assert_eq!(kept, 0);
        let (none, unknown, foreign) = store.read(move |tx| {
            Ok((receipts::newest_of(tx, account, Channel::Sms, id(1))?, receipts::newest_of(tx, account, Channel::Sms, id(9))?, receipts::newest_of(tx, other, Channel::Sms, id(1))?))
        }).await.unwrap();
        assert_eq!((none, unknown, foreign), (None, None, None));
        store.reopen().await;
    }
}
