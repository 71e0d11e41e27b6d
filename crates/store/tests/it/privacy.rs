//! One person's data: all of it found, all of it erased, and nothing else touched.

use std::sync::Arc;

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::chaos::Handset;
use postern_domain::contact::{Field, Fields};
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;
use postern_store::inbound::{self, Inbound};
use postern_store::mailbox::{self, Mail};
use postern_store::messages::{self, NewMessage, Search};
use postern_store::privacy::{self, Cursor, Found, HashOptOut, Person};
use postern_store::receipts::{self, Arrival};
use postern_store::{
    Lane, Store, accounts, contacts, kept_opt_outs, lists, queue, simulator, statistics,
};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;
const ANN: &str = "+15551230001";
const BOB: &str = "+15551230002";

fn person() -> Person {
    Person {
        phone: Some(ANN.to_owned()),
        email: Some("Ann@Example.com".to_owned()),
    }
}

fn to(n: u64, recipient: &str) -> NewMessage {
    NewMessage {
        recipient: recipient.to_owned(),
        ..message(n)
    }
}

fn fields(phone: &str, email: &str) -> Fields {
    let mut fields = Fields::default();
    fields.set(Field::PhoneNumber, phone);
    fields.set(Field::Email, email);
    fields.set(Field::FirstName, "Somebody");
    fields
}

/// Two people with one thing of every kind each.
async fn world(store: &Store) -> AccountId {
    let account = open_account(store, "john", 10_000_000).await;
    let soon = NOW.plus_secs(3600);
    let later = |n, who| NewMessage {
        schedule: Some(soon.secs()),
        due: Some(soon),
        ..to(n, who)
    };
    accept(
        store,
        account,
        vec![to(1, ANN), to(2, BOB), later(3, ANN), later(4, BOB)],
        NOW,
    )
    .await;
    store
        .write(Lane::of(account.0), move |tx| {
            let arrivals = [1, 2]
                .map(|seq| Arrival::new(seq, postern_domain::message::Event::Delivered, None, NOW));
            receipts::record(tx, account, &arrivals, NOW)?;
            for (n, who, address) in [(1, ANN, "ann@example.com"), (2, BOB, "bob@example.com")] {
                let text = Inbound {
                    message_id: MessageId::new(NOW, [n; 8]),
                    at: NOW,
                    sender: who.to_owned(),
                    recipient: "+15005550100".to_owned(),
                    body: "hello".to_owned(),
                    original: None,
                };
                inbound::record(tx, account, &text)?;
                let mail = Mail {
                    recipient: address.to_owned(),
                    subject: "s".to_owned(),
                    body: "b".to_owned(),
                };
                mailbox::deliver(tx, account, &mail, NOW)?;
                simulator::put_handset(tx, account, who, Handset::Off, NOW)?;
                let opt_out = lists::opt_out(tx, account)?
                    .expect("everybody has one")
                    .list_id;
                contacts::add(tx, account, opt_out, &[fields(who, address)], NOW)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    account
}

async fn everything(store: &Store, person: Person) -> Vec<Found> {
    let (mut all, mut cursor) = (Vec::new(), Cursor::default());
    loop {
        let who = person.clone();
        let step = store
            .read(move |tx| privacy::find(tx, &who, cursor))
            .await
            .unwrap();
        all.extend(step.found);
        match step.next {
            Some(next) => cursor = Cursor::parse(&next.to_text()).expect("its own text"),
            None => return all,
        }
    }
}

fn hash() -> HashOptOut {
    Arc::new(|text| {
        let mut hash = [0; 32];
        for (at, byte) in text.bytes().enumerate() {
            hash[at % 32] ^= byte.rotate_left((at / 32) as u32);
        }
        hash
    })
}

pub(crate) async fn erase(store: &Store, person: Person) -> (Vec<&'static str>, i64) {
    let (mut erased, mut left, mut cursor) = (Vec::new(), 0, Cursor::default());
    loop {
        let (who, hash) = (person.clone(), hash());
        let step = store
            .write(Lane::CONTROL, move |tx| {
                privacy::erase(tx, &who, cursor, &hash, NOW)
            })
            .await
            .unwrap();
        erased.extend(step.erased);
        left += step.left;
        match step.next {
            Some(next) => cursor = next,
            None => return (erased, left),
        }
    }
}

const KINDS: [&str; 7] = [
    "receipt", "handset", "inbound", "mail", "contact", "message", "message",
];

both! {
    async fn a_person_is_found_erased_and_found_no_more(store) {
        let account = world(&store).await;
        let found = everything(&store, person()).await;
        assert_eq!(found.iter().map(|f| f.kind).collect::<Vec<_>>(), KINDS);
        assert!(found.iter().all(|f| f.account == account));
        assert!(found[5].fields.contains(&("body", "text 1 €".to_owned())), "{:?}", found[5]);

        let bob = Person { phone: Some(BOB.to_owned()), email: Some("bob@example.com".to_owned()) };
        let of_bob = everything(&store, bob.clone()).await;
        let balance = move |tx: &mut postern_store::Tx<'_>| accounts::get(tx, account);
        let before = store.read(balance).await.unwrap().unwrap().balance;

        let (erased, left) = erase(&store, person()).await;
        assert_eq!((erased.as_slice(), left), (&KINDS[..], 0));
        assert_eq!(everything(&store, person()).await, []);
        assert_eq!(everything(&store, bob).await, of_bob, "nobody else is touched");

        // The scheduled one was withdrawn and paid back; the sent one still counts and costs.
        let after = store.read(balance).await.unwrap().unwrap().balance;
        assert_eq!(after.0 - before.0, 79_200);
        let days = store.read(move |tx| statistics::days(tx, account, Channel::Sms, UnixMicros::EPOCH, UnixMicros(i64::MAX))).await.unwrap();
        assert_eq!((days[0].tally.messages, days[0].tally.price.0, days[0].tally.inbound), (3, 3 * 79_200, 2));
        let history = store.read(move |tx| messages::history(tx, account, &Search { limit: 9, ..Search::default() })).await.unwrap();
        let rows: Vec<_> = history.rows.iter().map(|m| (m.recipient.as_str(), m.body.as_str(), m.status)).collect();
        assert_eq!(rows, [
            ("redacted", "", Status::Delivered), (BOB, "text 2 €", Status::Delivered),
            ("redacted", "", Status::Cancelled), (BOB, "text 4 €", Status::Scheduled),
        ]);

        // Opted out for ever, by hash.
        for way in [ANN, "ANN@example.com"] {
            let hash = hash()(&kept_opt_outs::hashed_text(account, way));
            assert!(store.read(move |tx| kept_opt_outs::is_kept(tx, account, &hash)).await.unwrap(), "{way}");
        }
        let hash = hash()(&kept_opt_outs::hashed_text(account, BOB));
        assert!(!store.read(move |tx| kept_opt_outs::is_kept(tx, account, &hash)).await.unwrap());
        assert!(store.read(move |tx| kept_opt_outs::any(tx, account)).await.unwrap());
        assert_eq!(erase(&store, person()).await, (vec![], 0));
        store.reopen().await;
    }

    async fn a_message_that_a_carrier_is_asked_about_is_left(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        accept(&store, account, vec![to(1, ANN)], NOW).await;
        let lease = queue::Lease { until: NOW.plus_secs(30), claim: 7 };
        store.write(Lane::CONTROL, move |tx| queue::claim(tx, NOW, 10, lease)).await.unwrap();
        assert_eq!(erase(&store, person()).await, (vec![], 1));
        let kept = store.read(move |tx| messages::by_id(tx, account, id(1))).await.unwrap().unwrap();
        assert_eq!((kept.recipient.as_str(), kept.status), (ANN, Status::Queued));
        store.reopen().await;
    }

    async fn steps_are_bounded_and_cursors_are_text(store) {
        let account = open_account(&store, "john", i64::MAX / 2).await;
        for batch in 0..3_u64 {
            let messages = (0..700).map(|n| to(batch * 700 + n, if n == 3 { ANN } else { BOB })).collect();
            accept(&store, account, messages, NOW).await;
        }
        let (mut steps, mut cursor, mut found) = (0, Cursor::default(), 0);
        loop {
            let step = store.read(move |tx| privacy::find(tx, &person(), cursor)).await.unwrap();
            assert!(step.looked <= privacy::STEP_ROWS_MAX);
            (steps, found) = (steps + 1, found + step.found.len());
            match step.next {
                Some(next) => cursor = Cursor::parse(&next.to_text()).unwrap(),
                None => break,
            }
        }
        assert_eq!((steps, found), (13 + 3, 3));
        for text in ["", "1", "1 2", "99 0 0", "x 0 0", "0 0 0 0"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
        store.reopen().await;
    }

    async fn the_first_key_is_kept(store) {
        assert_eq!(store.read(kept_opt_outs::key).await.unwrap(), None);
        for sealed in [&b"one"[..], &b"two"[..]] {
            assert_eq!(store.write(Lane::CONTROL, move |tx| kept_opt_outs::keep_key(tx, sealed)).await.unwrap(), b"one");
        }
        assert!(store.write(Lane::CONTROL, |tx| kept_opt_outs::reseal_key(tx, b"one", b"new")).await.unwrap());
        assert!(!store.write(Lane::CONTROL, |tx| kept_opt_outs::reseal_key(tx, b"one", b"other")).await.unwrap());
        assert_eq!(store.read(kept_opt_outs::key).await.unwrap(), Some(b"new".to_vec()));
        store.reopen().await;
    }
}
