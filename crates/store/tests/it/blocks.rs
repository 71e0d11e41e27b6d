//! Searches that read blocks find what reading every message finds, and what is kept about blocks agrees with the messages.

use postern_domain::account::AccountId;
use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_store::messages::{self, Combine, NewMessage, Order, Search};
use postern_store::privacy::Person;
use postern_store::receipts::{self, Arrival};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, message};
use crate::privacy::erase;

const NOW: UnixMicros = FixedClock::START;
/// Two full blocks and a part of a third.
const MESSAGES: u64 = 2_600;
const BATCH: u64 = 400;

/// Something of everything: three senders in two spellings, a number that comes again and again, states of all kinds.
fn varied(n: u64) -> NewMessage {
    NewMessage {
        sender: match n % 500 {
            7 => "+15550009999",
            _ => ["Shop", "SHOP", "+15005550100"][(n % 3) as usize],
        }
        .to_owned(),
        recipient: match n % 700 {
            5 => "+15550009999".to_owned(),
            _ => message(n).recipient,
        },
        due: (n % 4 == 1).then(|| NOW.plus_secs(1_000)),
        test_number: n.is_multiple_of(50),
        ..message(n)
    }
}

async fn fill(store: &Store, account: AccountId) {
    for first in (1..=MESSAGES).step_by(BATCH as usize) {
        let batch = (first..(first + BATCH).min(MESSAGES + 1))
            .map(varied)
            .collect();
        accept(store, account, batch, NOW.plus_secs(first as i64)).await;
    }
    // Some move on, in no order: every seventh is delivered, every eleventh fails, one of them in a unit of its own.
    let mut arrivals = Vec::new();
    for n in (1..=MESSAGES as i64).rev() {
        match n {
            _ if n % 7 == 0 => arrivals.push(Arrival::new(n, Event::Delivered, None, NOW)),
            _ if n % 11 == 0 => {
                arrivals.push(Arrival::new(
                    n,
                    Event::Delayed,
                    Some(Cause::Congestion),
                    NOW,
                ));
                arrivals.push(Arrival::new(
                    n,
                    Event::Undelivered,
                    Some(Cause::Unknown),
                    NOW,
                ));
            }
            _ => {}
        }
    }
    for some in arrivals.chunks(300) {
        let some = some.to_vec();
        store
            .write(Lane::of(account.0), move |tx| {
                receipts::record(tx, account, &some, NOW)
            })
            .await
            .unwrap();
    }
    store
        .write(Lane::of(account.0), move |tx| {
            let channel = postern_domain::channel::Channel::Sms;
            messages::cancel_scheduled(tx, account, channel, None, 2_000, 100, NOW)
        })
        .await
        .unwrap();
}

async fn page(store: &Store, account: AccountId, search: Search) -> (i64, Vec<i64>) {
    let page = store
        .read(move |tx| messages::history(tx, account, &search))
        .await
        .unwrap();
    (page.total, page.rows.iter().map(|m| m.key.seq).collect())
}

/// Every message, as pages without a filter have them.
async fn everything(store: &Store, account: AccountId) -> Vec<messages::Message> {
    let search = Search {
        limit: 10_000,
        ..Search::default()
    };
    store
        .read(move |tx| messages::history(tx, account, &search))
        .await
        .unwrap()
        .rows
}

fn finds(search: &Search, message: &messages::Message) -> bool {
    let same = |text: &Option<String>, kept: &str| {
        text.as_ref()
            .is_none_or(|text| text.eq_ignore_ascii_case(kept))
    };
    search
        .status
        .as_ref()
        .is_none_or(|states| states.contains(&message.status))
        && search.from.is_none_or(|from| message.accepted_at >= from)
        && search.to.is_none_or(|to| message.accepted_at <= to)
        && same(&search.sender, &message.sender)
        && same(&search.recipient, &message.recipient)
        && same(&search.custom_string, &message.custom_string)
}

both! {
    async fn blocks_are_searched_as_messages_are(store) {
        let account = open_account(&store, "one", 1_000_000_000).await;
        let other = open_account(&store, "two", 1_000_000_000).await;
        fill(&store, account).await;
        accept(&store, other, (10_001..10_400).map(varied).collect(), NOW).await;
        store.reopen().await;
        let date = |n: i64| Some(NOW.plus_secs(n));
        let windows = [(None, None), (date(401), None), (None, date(1_201)), (date(401), date(2_001)), (date(2_401), date(2_401)), (date(9_999), None)];
        let by = |status: Option<&[Status]>, sender: Option<&str>, recipient: Option<&str>| Search {
            status: status.map(<[Status]>::to_vec),
            sender: sender.map(str::to_owned),
            recipient: recipient.map(str::to_owned),
            ..Search::default()
        };
        let again = Some("+15550009999");
        let searches = [
            by(Some(&[Status::Queued]), None, None),
            by(Some(&[Status::Scheduled]), None, None),
            by(Some(&[Status::Delivered]), None, None),
            by(Some(&[Status::Failed, Status::Cancelled]), None, None),
            by(Some(&[Status::Queued, Status::Completed, Status::Failed]), None, None),
            by(Some(&[Status::InDoubt]), None, None),
            by(Some(&[]), None, None),
            by(None, Some("shop"), None),
            by(None, Some("+15005550100"), None),
            by(None, Some("nobody"), None),
            by(None, None, again),
            by(None, None, Some("+15550000002")),
            by(None, None, Some("+15559999999")),
            by(Some(&[Status::Scheduled, Status::Queued]), Some("Shop"), again),
            by(Some(&[Status::Delivered]), Some("Shop"), None),
            Search { order: Order::Sender, ..by(None, None, again) },
            Search { combine: Combine::Or, ..by(Some(&[Status::Failed]), None, None) },
        ];
        let messages = everything(&store, account).await;
        for search in &searches {
            for (from, to) in windows {
                for descending in [false, true] {
                    let search = Search { from, to, descending, ..search.clone() };
                    let mut wanted: Vec<_> = messages.iter().filter(|message| finds(&search, message)).collect();
                    if search.order == Order::Sender {
                        wanted.sort_by(|a, b| (&a.sender, a.key.seq).cmp(&(&b.sender, b.key.seq)));
                    }
                    if descending {
                        wanted.reverse();
                    }
                    let wanted: Vec<i64> = wanted.iter().map(|m| m.key.seq).collect();
                    let total = wanted.len() as i64;
                    for (skip, limit) in [(0, 15), (7, 1), (total / 2, 100), (total - 3, 15), (total, 15), (total + 5_000, 15)] {
                        let search = Search { skip: skip.max(0), limit, ..search.clone() };
                        let rows: Vec<i64> = wanted.iter().skip(search.skip as usize).take(limit as usize).copied().collect();
                        assert_eq!(page(&store, account, search.clone()).await, (total, rows), "{search:?}");
                    }
                }
            }
        }
    }

    async fn what_is_kept_about_blocks_agrees_with_the_messages(store) {
        let account = open_account(&store, "one", 1_000_000_000).await;
        fill(&store, account).await;
        store.reopen().await;
        let (kept, true_ones) = store
            .read(|tx| {
                let kept = tx.all(
                    "SELECT status, block, count FROM message_states WHERE count <> 0 ORDER BY status, block",
                    &[],
                    |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)),
                )?;
                let true_ones = tx.all(
                    "SELECT status, (seq - 1) / 1024, count(*) FROM messages WHERE status <> 2 GROUP BY status, (seq - 1) / 1024 ORDER BY 1, 2",
                    &[],
                    |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)),
                )?;
                Ok((kept, true_ones))
            })
            .await
            .unwrap();
        assert_eq!(kept, true_ones);
        assert!(kept.len() > 12, "{kept:?}");
        let filled = store
            .read(|tx| {
                tx.one(
                    "SELECT count(*), min(block), max(block), (SELECT CAST(sum(count) AS BIGINT) FROM message_senders) FROM message_recipients",
                    &[],
                    |row| Ok([row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?]),
                )
            })
            .await
            .unwrap();
        assert_eq!(filled, [2_048, 0, 1, 2_048]);
    }

    async fn whoever_is_erased_is_in_no_block(store) {
        let account = open_account(&store, "one", 1_000_000_000).await;
        fill(&store, account).await;
        let search = |recipient: &str| Search { recipient: Some(recipient.to_owned()), limit: 15, ..Search::default() };
        assert_eq!(page(&store, account, search("+15550009999")).await.0, 4);
        let person = Person { phone: Some("+15550009999".to_owned()), email: None };
        erase(&store, person).await;
        store.reopen().await;
        assert_eq!(page(&store, account, search("+15550009999")).await.0, 0);
        let strays = store
            .read(|tx| {
                tx.one(
                    "SELECT (SELECT count(*) FROM message_recipients r JOIN messages m ON m.account_id = r.account_id AND m.seq = r.seq
                             WHERE m.recipient <> r.recipient),
                            (SELECT count(*) FROM message_senders s WHERE s.count <> (SELECT count(*) FROM messages m
                             WHERE m.account_id = s.account_id AND lower(m.sender) = s.sender AND (m.seq - 1) / 1024 = s.block)),
                            (SELECT count(*) FROM message_senders WHERE sender = '+15550009999'),
                            (SELECT CAST(sum(count) AS BIGINT) FROM message_senders)",
                    &[],
                    |row| Ok([row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?]),
                )
            })
            .await
            .unwrap();
        assert_eq!(strays, [0, 0, 0, 2_048]);
    }
}
