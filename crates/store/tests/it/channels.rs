//! Calls and pictures beside texts: one debit, numbers of their own, one queue, receipts of their own.

use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content, Media, Picture};
use postern_domain::message::{Event, Status};
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_domain::voice::{Call, Heard, Voice};
use postern_store::messages::{self, NewMessage, Search};
use postern_store::queue::{self, Lease, Settlement};
use postern_store::receipts::{self, Arrival, TestReceipt};
use postern_store::{Error, Lane, Store, Through, accounts};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;

fn call(n: u64) -> NewMessage {
    let call = Call {
        lang: "en-au".to_owned(),
        voice: Voice::Male,
        require_input: true,
        machine_detection: false,
    };
    NewMessage {
        content: Content::Voice(call),
        ..message(n)
    }
}

fn picture(n: u64) -> NewMessage {
    let picture = Picture {
        subject: format!("subject {n}"),
        media_url: "https://example.com/cat.jpg".to_owned(),
        media: n.is_multiple_of(2).then(|| Media {
            file_id: [7; 16],
            content_type: "image/jpeg".to_owned(),
            bytes: 1_234,
            digest: [8; 32],
        }),
    };
    NewMessage {
        content: Content::Mms(picture),
        ..message(n)
    }
}

fn of(channel: Channel) -> Search {
    Search {
        channel,
        limit: 100,
        ..Search::default()
    }
}

async fn bodies(store: &Store, account: AccountId, search: Search) -> (i64, Vec<String>) {
    let page = store
        .read(move |tx| messages::history(tx, account, &search))
        .await
        .unwrap();
    (page.total, page.rows.into_iter().map(|m| m.body).collect())
}

async fn report(store: &Store, account: AccountId, arrivals: Vec<Arrival>) -> usize {
    store
        .write(Lane::of(account.0), move |tx| {
            receipts::record(tx, account, &arrivals, NOW)
        })
        .await
        .unwrap()
}

async fn seq(store: &Store, account: AccountId, n: u64) -> i64 {
    store
        .read(move |tx| messages::by_id(tx, account, id(n)))
        .await
        .unwrap()
        .unwrap()
        .key
        .seq
}

both! {
    async fn every_channel_has_its_own_dense_history(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        for batch in [vec![message(1)], vec![call(2), call(3)], vec![message(4)], vec![picture(5)], vec![call(6)]] {
            accept(&store, account, batch, NOW).await;
        }
        let balance = store.read(move |tx| accounts::get(tx, account)).await.unwrap().unwrap().balance;
        assert_eq!(balance, Micros(10_000_000 - 6 * 79_200));
        let text = |ns: &[u64]| ns.iter().map(|n| format!("text {n} €")).collect::<Vec<_>>();
        assert_eq!(bodies(&store, account, of(Channel::Sms)).await, (2, text(&[1, 4])));
        assert_eq!(bodies(&store, account, of(Channel::Voice)).await, (3, text(&[2, 3, 6])));
        assert_eq!(bodies(&store, account, of(Channel::Mms)).await, (1, text(&[5])));
        let page = Search { skip: 1, limit: 1, descending: true, ..of(Channel::Voice) };
        assert_eq!(bodies(&store, account, page).await, (3, text(&[3])));
        // Searches keep to their channel, too.
        let everything = Search { sender: Some("+15005550100".to_owned()), ..of(Channel::Voice) };
        assert_eq!(bodies(&store, account, everything).await.0, 3);
        let a_text = Search { message_id: Some(Some(id(1))), ..of(Channel::Voice) };
        assert_eq!(bodies(&store, account, a_text).await, (0, vec![]));
        let window = Search { from: Some(NOW), to: Some(NOW), ..of(Channel::Mms) };
        assert_eq!(bodies(&store, account, window).await.0, 1);
        store.reopen().await;
    }

    async fn what_a_channel_has_beside_comes_back(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        accept(&store, account, vec![call(1)], NOW).await;
        accept(&store, account, vec![picture(2)], NOW).await;
        let history = |search: Search| store.read(move |tx| messages::history(tx, account, &search));
        let by_id = |n: u64| store.read(move |tx| messages::by_id(tx, account, id(n)));
        let listed = history(of(Channel::Voice)).await.unwrap().rows.remove(0);
        assert_eq!(listed.content, call(1).content);
        assert_eq!(by_id(1).await.unwrap(), Some(listed));
        let listed = history(of(Channel::Mms)).await.unwrap().rows.remove(0);
        assert_eq!(listed.content, picture(2).content);
        assert_eq!(by_id(2).await.unwrap(), Some(listed));
        store.reopen().await;
    }

    async fn a_call_of_one_request_is_of_one_channel(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        let mixed = vec![message(1), call(2)];
        let refused = store.write(Lane::of(account.0), move |tx| messages::accept(tx, account, &mixed, false, &Through::default(), NOW)).await;
        assert!(matches!(refused, Err(Error::Driver(_))), "{refused:?}");
        assert_eq!(bodies(&store, account, of(Channel::Sms)).await.0, 0);
        store.reopen().await;
    }

    async fn a_claim_brings_what_a_carrier_must_know(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        for batch in [vec![call(1)], vec![message(2)], vec![picture(3)], vec![call(4)]] {
            accept(&store, account, batch, NOW).await;
        }
        let lease = Lease { until: NOW.plus_secs(30), claim: 7 };
        let claimed = store.write(Lane::CONTROL, move |tx| queue::claim(tx, NOW, 10, lease)).await.unwrap().messages;
        let contents: Vec<_> = claimed.into_iter().map(|c| (c.message_id, c.content)).collect();
        assert_eq!(contents, [
            (id(2), Content::Sms), (id(1), call(1).content), (id(4), call(4).content), (id(3), picture(3).content),
        ]);
        store.reopen().await;
    }

    async fn cancelling_keeps_to_its_channel(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        let due = NOW.plus_secs(60);
        let later = |m: NewMessage| NewMessage { due: Some(due), schedule: Some(due.secs()), ..m };
        accept(&store, account, vec![later(message(1)), later(message(2))], NOW).await;
        accept(&store, account, vec![later(call(3)), later(call(4)), later(call(5))], NOW).await;
        let cancel = |channel: Channel, n: u64| store.write(Lane::of(account.0), move |tx| messages::cancel(tx, account, channel, id(n), NOW));
        assert!(!cancel(Channel::Sms, 3).await.unwrap(), "a call is no text");
        assert!(cancel(Channel::Voice, 3).await.unwrap());
        let all = store.write(Lane::of(account.0), move |tx| messages::cancel_scheduled(tx, account, Channel::Voice, None, 0, 10, NOW)).await.unwrap();
        assert_eq!((all.count, all.next), (2, None));
        let texts = Search { status: Some(vec![Status::Scheduled]), ..of(Channel::Sms) };
        assert_eq!(bodies(&store, account, texts).await.0, 2);
        let balance = store.read(move |tx| accounts::get(tx, account)).await.unwrap().unwrap().balance;
        assert_eq!(balance, Micros(10_000_000 - 2 * 79_200));
        store.reopen().await;
    }

    async fn receipts_are_numbered_by_channel_and_keep_what_was_heard(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        for batch in [vec![call(1)], vec![message(2)], vec![picture(3)]] {
            accept(&store, account, batch, NOW).await;
        }
        let heard = Heard { digits: Some("7".to_owned()), machine: Some(false) };
        let (voice, sms, mms) = (seq(&store, account, 1).await, seq(&store, account, 2).await, seq(&store, account, 3).await);
        let arrivals = vec![
            Arrival::new(mms, Event::Delivered, None, NOW),
            Arrival { heard: heard.clone(), ..Arrival::new(voice, Event::Delivered, None, NOW) },
            Arrival::new(sms, Event::Delivered, None, NOW),
        ];
        assert_eq!(report(&store, account, arrivals).await, 3);
        for (channel, n, digits) in [(Channel::Sms, 2, None), (Channel::Voice, 1, Some("7")), (Channel::Mms, 3, None)] {
            let page = store.read(move |tx| receipts::page(tx, account, channel, 0, 10)).await.unwrap();
            assert_eq!((page.total, page.rows[0].message_id, page.rows[0].digits.as_deref()), (1, id(n), digits));
            let newest = store.read(move |tx| receipts::newest_of(tx, account, channel, id(n))).await.unwrap();
            assert_eq!(newest, Some(page.rows[0].clone()));
        }
        let none = store.read(move |tx| receipts::newest_of(tx, account, Channel::Sms, id(1))).await.unwrap();
        assert_eq!(none, None, "a call has no receipt of a text");
        let call = store.read(move |tx| messages::by_id(tx, account, id(1))).await.unwrap().unwrap();
        assert_eq!(call.heard, heard);
        store.reopen().await;
    }

    async fn a_settled_call_keeps_what_was_heard(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        accept(&store, account, vec![call(1)], NOW).await;
        let lease = Lease { until: NOW.plus_secs(30), claim: 7 };
        let claimed = store.write(Lane::CONTROL, move |tx| queue::claim(tx, NOW, 10, lease)).await.unwrap().messages;
        let heard = Heard { digits: Some(String::new()), machine: None };
        let settled = [(claimed[0].key.seq, lease, Settlement::Reported { event: Event::Delivered, cause: None, ask_at: NOW, heard: heard.clone() })];
        store.write(Lane::of(account.0), move |tx| queue::settle(tx, account, &settled, NOW)).await.unwrap();
        let call = store.read(move |tx| messages::by_id(tx, account, id(1))).await.unwrap().unwrap();
        assert_eq!((call.status, call.heard), (Status::Delivered, heard));
        assert_eq!(store.read(queue::next_due).await.unwrap(), None);
        store.reopen().await;
    }

    async fn read_receipts_leave_the_pages_and_only_a_beginning_is_ever_read(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        accept(&store, account, (1..=6).map(message).collect(), NOW).await;
        // The third came with a time behind its successors: carriers' clocks differ.
        let at = |seq: i64| NOW.plus_secs(if seq == 3 { 100 } else { seq });
        report(&store, account, (1..=6).map(|seq| Arrival::new(seq, Event::Delivered, None, at(seq))).collect()).await;
        let mark = |before: Option<i64>| store.read(move |tx| {
            receipts::read_mark(tx, account, Channel::Sms, before.map(|secs| NOW.plus_secs(secs)))
        });
        let read = |mark: i64| store.write(Lane::of(account.0), move |tx| receipts::mark_read(tx, account, Channel::Sms, mark));
        let page = |skip: i64| store.read(move |tx| receipts::page(tx, account, Channel::Sms, skip, 2));
        assert_eq!(mark(Some(2)).await.unwrap(), 1, "one before the second second");
        assert_eq!(mark(Some(50)).await.unwrap(), 2, "what came after the future stays unread");
        read(2).await.unwrap();
        let first = page(0).await.unwrap();
        assert_eq!((first.total, first.rows.iter().map(|r| r.message_id).collect::<Vec<_>>()), (4, vec![id(3), id(4)]));
        let last = page(2).await.unwrap();
        assert_eq!((last.total, last.rows.iter().map(|r| r.message_id).collect::<Vec<_>>()), (4, vec![id(5), id(6)]));
        read(1).await.unwrap();
        assert_eq!(page(0).await.unwrap().total, 4, "a mark never moves back");
        read(7).await.unwrap();
        assert_eq!(page(0).await.unwrap().total, 4, "nor past the newest");
        read(mark(None).await.unwrap()).await.unwrap();
        assert_eq!(page(0).await.unwrap(), receipts::ReceiptPage { total: 0, rows: vec![] });
        let still = store.read(move |tx| receipts::newest_of(tx, account, Channel::Sms, id(1))).await.unwrap();
        assert!(still.is_some(), "read receipts are still found by message");
        store.reopen().await;
    }

    async fn a_test_receipt_is_listed_and_found_by_its_owner(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        let test = TestReceipt { message_id: id(9), digits: Some("2".to_owned()), push_to: None };
        let kept = store.write(Lane::of(john.0), move |tx| receipts::record_test(tx, john, Channel::Voice, &test, NOW)).await.unwrap();
        let page = store.read(move |tx| receipts::page(tx, john, Channel::Voice, 0, 10)).await.unwrap();
        assert_eq!((page.total, page.rows), (1, vec![kept.clone()]));
        let found = |who: AccountId, channel: Channel| store.read(move |tx| receipts::newest_of(tx, who, channel, id(9)));
        assert_eq!(found(john, Channel::Voice).await.unwrap(), Some(kept));
        assert_eq!(found(john, Channel::Sms).await.unwrap(), None);
        assert_eq!(found(eve, Channel::Voice).await.unwrap(), None);
        store.reopen().await;
    }
}
