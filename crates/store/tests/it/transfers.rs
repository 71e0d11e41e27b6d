//! What was brought over is known, and past texts stand in the history as if they had always been there.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::contact::{Field, Fields};
use postern_domain::message::Status;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_store::messages::{self, Past, Search};
use postern_store::transfers::{self, Taken};
use postern_store::{Lane, Store, accounts, contacts, lists, queue, statistics};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;

fn past(n: u64, at: i64, status: Status) -> Past {
    Past {
        message_id: id(n),
        accepted_at: NOW.plus_secs(at),
        recipient: format!("+1555{n:07}"),
        country: "US".to_owned(),
        sender: "+15005550100".to_owned(),
        body: format!("past {n}"),
        custom_string: String::new(),
        from_email: None,
        segments: 2,
        price: Micros(50),
        status,
    }
}

async fn keep(store: &Store, account: AccountId, texts: Vec<Past>) -> Option<Taken> {
    let work = move |tx: &mut postern_store::Tx<'_>| messages::keep_past(tx, account, &texts);
    store.write(Lane::of(account.0), work).await.unwrap()
}

fn taken(added: i64, known: i64, skipped: i64) -> Taken {
    Taken {
        added,
        known,
        skipped,
    }
}

both! {
    async fn past_texts_are_neither_paid_for_nor_sent(store) {
        let account = open_account(&store, "john", 100).await;
        let texts = vec![past(1, -300, Status::Delivered), past(2, -200, Status::Failed), past(3, -250, Status::Cancelled), past(4, -100, Status::Queued)];
        assert_eq!(keep(&store, account, texts.clone()).await, Some(taken(3, 1, 0)));
        assert_eq!(keep(&store, account, texts).await, Some(taken(0, 4, 0)));
        let page = store.read(move |tx| messages::history(tx, account, &Search { limit: 9, ..Search::default() })).await.unwrap();
        let rows: Vec<_> = page.rows.iter().map(|m| (m.body.as_str(), m.status, m.accepted_at.micros_since(NOW) / 1_000_000)).collect();
        // Times never run backwards in the numbers.
        assert_eq!(rows, [("past 1", Status::Delivered, -300), ("past 2", Status::Failed, -200), ("past 3", Status::Cancelled, -200)]);
        let john = store.read(move |tx| accounts::get(tx, account)).await.unwrap().unwrap();
        assert_eq!(john.balance, Micros(100));
        assert_eq!(store.read(queue::next_due).await.unwrap(), None);
        let days = store.read(move |tx| statistics::days(tx, account, Channel::Sms, UnixMicros::EPOCH, UnixMicros(i64::MAX))).await.unwrap();
        let total = days.iter().fold(statistics::Tally::default(), |sum, day| sum.plus(day.tally));
        assert_eq!((total.messages, total.parts, total.price, total.bounced), (2, 4, Micros(100), 1));
        store.reopen().await;
    }

    async fn past_texts_are_found_by_number_and_state(store) {
        let account = open_account(&store, "john", 100).await;
        for batch in 0..11_i64 {
            let texts = (0..200).map(|n| {
                let n = batch * 200 + n;
                let recipient = if n % 100 == 7 { "+15559999999".to_owned() } else { format!("+1555{n:07}") };
                let status = if n % 10 == 0 { Status::Failed } else { Status::Delivered };
                Past { recipient, ..past(n as u64, n - 5_000, status) }
            });
            assert_eq!(keep(&store, account, texts.collect()).await, Some(taken(200, 0, 0)));
        }
        let total = |search: Search| store.read(move |tx| messages::history(tx, account, &search).map(|page| page.total));
        let to = Search { recipient: Some("+15559999999".to_owned()), limit: 9, ..Search::default() };
        assert_eq!(total(to).await.unwrap(), 22);
        let failed = Search { status: Some(vec![Status::Failed]), limit: 9, ..Search::default() };
        assert_eq!(total(failed).await.unwrap(), 220);
        let from = Search { sender: Some("+15005550100".to_owned()), limit: 9, ..Search::default() };
        assert_eq!(total(from).await.unwrap(), 2_200);
        store.reopen().await;
    }

    async fn a_history_does_not_run_backwards(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        accept(&store, account, vec![message(9)], NOW).await;
        assert_eq!(keep(&store, account, vec![past(1, -1, Status::Delivered)]).await, None);
        assert_eq!(keep(&store, account, vec![past(1, 1, Status::Delivered)]).await, Some(taken(1, 0, 0)));
        store.reopen().await;
    }

    async fn nothing_is_made_twice_and_places_are_kept(store) {
        let account = open_account(&store, "john", 100).await;
        let mut fields = Fields::default();
        fields.set(Field::PhoneNumber, "+15551230001");
        let run = |email_id: &'static str| {
            let fields = fields.clone();
            store.write(Lane::of(account.0), move |tx| {
                let mut sum = transfers::list(tx, account, "s", "7", "People", email_id, NOW)?;
                sum = sum.plus(transfers::list(tx, account, "s", "8", "Opt-Out List", "B", NOW)?);
                for list in ["7", "8", "9"] {
                    sum = sum.plus(transfers::contact(tx, account, "s", list, "1", &fields, NOW)?);
                }
                sum = sum.plus(transfers::template(tx, account, "s", "5", ("name", "body"), NOW)?);
                transfers::set_place(tx, "s", "contacts", email_id, NOW)?;
                Ok(sum)
            })
        };
        assert_eq!(run("A").await.unwrap(), taken(5, 0, 1));
        assert_eq!(run("C").await.unwrap(), taken(0, 5, 1));
        let places = store.read(|tx| transfers::places(tx, "s")).await.unwrap();
        assert_eq!(places, [("contacts".to_owned(), "C".to_owned())]);
        assert_eq!(store.read(|tx| transfers::places(tx, "t")).await.unwrap(), []);
        // The other service's Opt-Out List is ours.
        let opt_out = store.read(move |tx| lists::opt_out(tx, account)).await.unwrap().unwrap().list_id;
        let gone = store.read(move |tx| contacts::after(tx, account, opt_out, 0, 9)).await.unwrap();
        assert_eq!(gone.len(), 1);
        store.reopen().await;
    }
}
