//! The newest messages of all channels: pages hold what looking at every message finds, each of them once, in one order.

use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content, Picture};
use postern_domain::message::{Event, Status};
use postern_domain::time::UnixMicros;
use postern_domain::voice::{Call, Voice};
use postern_store::inbound::{self, Inbound};
use postern_store::messages::{self, Message, NewMessage, Search, Wanted};
use postern_store::receipts::{self, Arrival};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;
const MESSAGES: u64 = 120;

/// Every number comes again and again, every fifth text is of one kind, channels take turns.
fn varied(n: u64) -> NewMessage {
    NewMessage {
        recipient: format!("+1555000{:04}", n % 7),
        sender: ["Shop", "+15005550100"][(n % 2) as usize].to_owned(),
        body: match n % 5 {
            0 => "100 % of the SECRET_code".to_owned(),
            _ => format!("text {n}"),
        },
        content: match n % 3 {
            0 => Content::Voice(Call {
                lang: "en-au".to_owned(),
                voice: Voice::Male,
                require_input: false,
                machine_detection: false,
            }),
            1 => Content::Mms(Picture {
                subject: "subject".to_owned(),
                media_url: "https://example.com/cat.jpg".to_owned(),
                media: None,
            }),
            _ => Content::Sms,
        },
        ..message(n)
    }
}

/// Some of them were accepted at one instant, others alone; some are delivered.
async fn fill(store: &Store, account: AccountId) {
    let mut n = 1;
    for (round, size) in [1, 30, 1, 1, 50, 7, 29, 1].into_iter().enumerate() {
        let at = NOW.plus_secs(round as i64 / 2);
        // A call of the platform has one channel.
        for turn in 0..3 {
            let batch: Vec<_> = (n..n + size)
                .filter(|n| n % 3 == turn)
                .map(varied)
                .collect();
            if !batch.is_empty() {
                accept(store, account, batch, at).await;
            }
        }
        n += size;
    }
    assert_eq!(n, MESSAGES + 1);
    let delivered = everything(store, account).await;
    let arrivals: Vec<_> = delivered
        .iter()
        .filter(|message| message.key.seq % 4 == 0)
        .map(|message| Arrival::new(message.key.seq, Event::Delivered, None, NOW))
        .collect();
    store
        .write(Lane::of(account.0), move |tx| {
            receipts::record(tx, account, &arrivals, NOW)
        })
        .await
        .unwrap();
}

async fn everything(store: &Store, account: AccountId) -> Vec<Message> {
    let mut all = Vec::new();
    for channel in Channel::ALL {
        let search = Search {
            channel: *channel,
            limit: 10_000,
            ..Search::default()
        };
        let page = store
            .read(move |tx| messages::history(tx, account, &search))
            .await
            .unwrap();
        all.extend(page.rows);
    }
    all.sort_by_key(|message| std::cmp::Reverse((message.accepted_at, message.key.seq)));
    all
}

fn fits(wanted: &Wanted, message: &Message) -> bool {
    let has = |text: &str| {
        let part = wanted.words.as_deref().unwrap_or_default();
        text.to_lowercase().contains(&part.to_lowercase())
    };
    wanted
        .channel
        .is_none_or(|channel| message.content.channel() == channel)
        && wanted
            .status
            .as_ref()
            .is_none_or(|states| states.contains(&message.status))
        && wanted
            .recipient
            .as_ref()
            .is_none_or(|recipient| *recipient == message.recipient)
        && [
            &message.body,
            &message.recipient,
            &message.sender,
            &message.custom_string,
        ]
        .into_iter()
        .any(|text| has(text))
}

both! {
    async fn pages_hold_what_looking_at_every_message_finds(store) {
        let account = open_account(&store, "alice", 100_000_000).await;
        fill(&store, account).await;
        store.reopen().await;
        let all = everything(&store, account).await;
        assert_eq!(all.len() as u64, MESSAGES);
        let number = || Some("+15550000003".to_owned());
        let filters = [
            Wanted::default(),
            Wanted { channel: Some(Channel::Voice), ..Wanted::default() },
            Wanted { status: Some(vec![Status::Delivered, Status::Completed]), ..Wanted::default() },
            Wanted { status: Some(Vec::new()), ..Wanted::default() },
            Wanted { recipient: number(), ..Wanted::default() },
            Wanted { recipient: number(), status: Some(vec![Status::Queued]), ..Wanted::default() },
            Wanted { recipient: number(), words: Some("% of the secret_C".to_owned()), ..Wanted::default() },
            Wanted { words: Some("SHOP".to_owned()), channel: Some(Channel::Mms), ..Wanted::default() },
            Wanted { words: Some("0000005".to_owned()), ..Wanted::default() },
            Wanted { words: Some("nobody wrote this".to_owned()), ..Wanted::default() },
        ];
        for filter in filters {
            for (limit, looked_max) in [(1, 1), (4, 3), (7, 1_000), (50, 8), (1_000, 1_000)] {
                let mut wanted = Wanted { limit, looked_max, ..filter.clone() };
                let mut found = Vec::new();
                for page in 0.. {
                    assert!(page <= 2 * MESSAGES, "pages end");
                    let asked = wanted.clone();
                    let feed = store
                        .read(move |tx| messages::feed(tx, account, &asked))
                        .await
                        .unwrap();
                    assert!(feed.rows.len() as i64 <= limit);
                    found.extend(feed.rows);
                    wanted.before = feed.next;
                    if feed.next.is_none() {
                        break;
                    }
                }
                let expected: Vec<_> = all.iter().filter(|one| fits(&filter, one)).cloned().collect();
                assert_eq!(found, expected, "{filter:?} by {limit}, {looked_max} looked through");
            }
        }
        let nobody = Wanted { before: Some(77_777), limit: 5, looked_max: 5, ..Wanted::default() };
        let feed = store.read(move |tx| messages::feed(tx, account, &nobody)).await.unwrap();
        assert_eq!(feed, messages::Feed::default());
    }

    async fn what_came_in_is_read_from_the_newest_back(store) {
        let account = open_account(&store, "alice", 100_000_000).await;
        for n in 1..=9 {
            let text = Inbound {
                message_id: id(n),
                at: NOW.plus_secs(n as i64),
                sender: format!("+1555123000{n}"),
                recipient: "+15005550100".to_owned(),
                body: ["Yes", "no, 100 %"][(n % 2) as usize].to_owned(),
                original: None,
            };
            store
                .write(Lane::of(account.0), move |tx| inbound::record(tx, account, &text))
                .await
                .unwrap();
        }
        store.reopen().await;
        for (words, expected) in [
            (None, vec![9, 8, 7, 6, 5, 4, 3, 2, 1]),
            (Some("0 %"), vec![9, 7, 5, 3, 1]),
            (Some("YES"), vec![8, 6, 4, 2]),
            (Some("30004"), vec![4]),
            (Some("_"), Vec::new()),
        ] {
            for limit in [1, 2, 9, 50] {
                let (mut before, mut found) = (None, Vec::new());
                loop {
                    let feed = store
                        .read(move |tx| inbound::feed(tx, account, words, before, limit))
                        .await
                        .unwrap();
                    found.extend(feed.rows.into_iter().map(|text| text.message_id));
                    before = feed.next;
                    if before.is_none() {
                        break;
                    }
                }
                let expected: Vec<_> = expected.iter().map(|n| id(*n)).collect();
                assert_eq!(found, expected, "{words:?} by {limit}");
            }
        }
        let found = store.read(move |tx| inbound::by_id(tx, account, id(4))).await.unwrap();
        assert_eq!(found.map(|(seq, text)| (seq, text.sender)), Some((4, "+15551230004".to_owned())));
        let found = store.read(move |tx| inbound::by_id(tx, AccountId(account.0 + 1), id(4))).await.unwrap();
        assert_eq!(found, None);
    }
}
