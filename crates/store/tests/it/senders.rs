//! Numbers, handsets, words and default senders: whose they are, and what happens when two want the same.

use postern_domain::account::AccountId;
use postern_domain::money::Micros;
use postern_domain::phone::{CountryCode, Recipient};
use postern_domain::time::UnixMicros;
use postern_store::alpha_tags::{self, AlphaTag, Requested};
use postern_store::default_senders::{self, DefaultSender, Strategy};
use postern_store::delivery_issues::{self, NewIssue};
use postern_store::numbers::{self, Bought, Number, NumberSearch};
use postern_store::own_numbers::{self, NewVerification, OwnNumberSearch, Started, Tried};
use postern_store::{Lane, Store, accounts, conversations};
use postern_testkit::FixedClock;

use crate::accounts::open_account;

const NOW: UnixMicros = FixedClock::START;

fn us() -> CountryCode {
    CountryCode::parse("US").unwrap()
}

fn number(text: &str) -> Number {
    Number {
        dedicated_number: text.into(),
        country: us(),
        kind: "sms".into(),
        number_type: "longcode".into(),
        number_guid: "G".into(),
        price_setup: Micros(1_000_000),
        price_monthly: Micros(2_000_000),
        registration: String::new(),
    }
}

async fn buy(store: &Store, account: AccountId, text: &str) -> Bought {
    let number = number(text);
    store
        .write(Lane::of(account.0), move |tx| {
            numbers::buy(tx, account, &number, NOW)
        })
        .await
        .unwrap()
}

fn verification(n: u8, at: UnixMicros) -> NewVerification {
    NewVerification {
        verification_id: format!("v{n}"),
        own_number_id: format!("o{n}"),
        phone_number: Recipient::parse("+15557654321", us()).unwrap(),
        label: (n == 1).then(|| "mine".to_owned()),
        code_hash: [n; 32],
        pepper_version: 1,
        attempts: 3,
        expires_at: at.plus_secs(600),
    }
}

async fn start(store: &Store, account: AccountId, n: u8) -> Started {
    let new = verification(n, NOW);
    store
        .write(Lane::of(account.0), move |tx| {
            own_numbers::start(tx, account, &new, NOW)
        })
        .await
        .unwrap()
}

async fn try_code(store: &Store, account: AccountId, id: &'static str, hash: u8) -> Tried {
    store
        .write(Lane::of(account.0), move |tx| {
            own_numbers::try_code(tx, account, id, "+15557654321", &[(1, [hash; 32])], NOW)
        })
        .await
        .unwrap()
}

fn tag(n: u8, text: &str) -> AlphaTag {
    AlphaTag {
        alpha_tag_id: format!("t{n}"),
        alpha_tag: text.into(),
        reason: "r".into(),
        countries: "AU".into(),
        businesses: String::new(),
        decided_at: NOW.plus_secs(2),
        created_at: NOW.plus_secs(i64::from(n)),
    }
}

fn sender(n: u8, country: &str) -> DefaultSender {
    DefaultSender {
        default_sender_id: format!("d{n}"),
        country: CountryCode::parse(country).unwrap(),
        strategy: Strategy {
            sender_type: "alpha_tag".into(),
            sender_id: "MyShop".into(),
            sender_country: None,
            note: "n".into(),
        },
        created_at: NOW.plus_secs(i64::from(n)),
        updated_at: NOW.plus_secs(i64::from(n)),
    }
}

both! {
    async fn a_number_is_paid_for_and_sold_once(store) {
        let (john, eve) = (open_account(&store, "john", 5_000_000).await, open_account(&store, "eve", 5_000_000).await);
        assert_eq!(buy(&store, john, "+15550001111").await, Bought::Done);
        assert_eq!(buy(&store, eve, "+15550001111").await, Bought::Taken);
        assert_eq!(buy(&store, john, "+15550002222").await, Bought::NotEnoughCredit);
        assert_eq!(buy(&store, eve, "+15550002222").await, Bought::Done);
        let account = store.read(move |tx| accounts::get(tx, john)).await.unwrap().unwrap();
        assert_eq!(account.balance, Micros(2_000_000));
        assert_eq!(store.read(|tx| numbers::owner(tx, "+15550002222")).await.unwrap(), Some(eve));
        assert_eq!(store.read(|tx| conversations::owner(tx, "+15550002222", "+1")).await.unwrap(), Some(eve));
        let search = NumberSearch { parts: [Some("0001".into()), None], limit: 10, ..NumberSearch::default() };
        let page = store.read(move |tx| numbers::page(tx, john, &search)).await.unwrap();
        assert_eq!((page.total, page.rows), (1, vec![number("+15550001111")]));
        let none = NumberSearch { excluding_number_type: Some("longcode".into()), limit: 10, ..NumberSearch::default() };
        assert_eq!(store.read(move |tx| numbers::page(tx, john, &none)).await.unwrap().total, 0);
        let asked = vec!["+15550001111".to_owned(), "+15550003333".to_owned()];
        assert_eq!(store.read(move |tx| numbers::taken(tx, &asked)).await.unwrap(), ["+15550001111"]);
        store.write(Lane::of(john.0), move |tx| numbers::register(tx, john, "10dlc", us(), "{}", NOW)).await.unwrap();
        store.reopen().await;
    }

    async fn a_handset_is_verified_by_the_right_code_in_time(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        assert!(matches!(start(&store, john, 1).await, Started::Done(found) if found.own_number_id == "o1"));
        assert!(matches!(start(&store, john, 2).await, Started::Done(found) if found.own_number_id == "o1"), "the same number");
        let verified = |who: AccountId| store.read(move |tx| own_numbers::is_verified(tx, who, "+15557654321"));
        assert!(!verified(john).await.unwrap());
        assert_eq!(try_code(&store, eve, "v1", 1).await, Tried::Unknown);
        assert!(matches!(try_code(&store, john, "v1", 9).await, Tried::Wrong(found) if found.attempts_left == 2));
        assert!(matches!(try_code(&store, john, "v1", 1).await, Tried::Right(_)));
        assert_eq!(try_code(&store, john, "v1", 1).await, Tried::Over);
        assert!(verified(john).await.unwrap() && !verified(eve).await.unwrap());
        for _ in 0..3 {
            try_code(&store, john, "v2", 9).await;
        }
        assert_eq!(try_code(&store, john, "v2", 2).await, Tried::Over, "three tries");
        let renamed = store.write(Lane::of(john.0), move |tx| own_numbers::rename(tx, john, "o1", "x", NOW)).await.unwrap().unwrap();
        assert_eq!((renamed.label.as_str(), renamed.country), ("x", Some(us())));
        for (verified, after, descending, found) in [(Some(true), None, false, 1), (Some(false), None, false, 0), (None, Some("o1"), false, 0), (None, None, true, 1)] {
            let search = OwnNumberSearch { verified, after: after.map(str::to_owned), descending, limit: 10 };
            assert_eq!(store.read(move |tx| own_numbers::list(tx, john, &search)).await.unwrap().len(), found);
        }
        assert_eq!(store.write(Lane::of(eve.0), move |tx| own_numbers::delete(tx, eve, "o1")).await.unwrap(), None);
        assert!(store.write(Lane::of(john.0), move |tx| own_numbers::delete(tx, john, "o1")).await.unwrap().is_some());
        assert!(!verified(john).await.unwrap());
        store.reopen().await;
    }

    async fn codes_cost_nothing_so_there_are_ten_an_hour(store) {
        let john = open_account(&store, "john", 0).await;
        for n in 1..=10 {
            assert!(matches!(start(&store, john, n).await, Started::Done(_)));
        }
        assert_eq!(start(&store, john, 11).await, Started::TooMany);
        let later = NOW.plus_secs(3_601);
        let new = verification(12, later);
        assert!(matches!(store.write(Lane::of(john.0), move |tx| own_numbers::start(tx, john, &new, later)).await.unwrap(), Started::Done(_)));
        store.reopen().await;
    }

    async fn a_word_is_an_accounts_once_in_any_case(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        let request = |who: AccountId, tag: AlphaTag| store.write(Lane::of(who.0), move |tx| alpha_tags::request(tx, who, &tag));
        assert_eq!(request(john, tag(1, "MyShop")).await.unwrap(), Requested::Done);
        assert_eq!(request(john, tag(2, "MYSHOP")).await.unwrap(), Requested::Known);
        assert_eq!(request(eve, tag(3, "MyShop")).await.unwrap(), Requested::Done);
        assert_eq!(request(john, tag(4, "Other")).await.unwrap(), Requested::Done);
        assert_eq!(store.read(move |tx| alpha_tags::by_text(tx, john, "myshop")).await.unwrap(), Some(tag(1, "MyShop")));
        assert_eq!(store.read(move |tx| alpha_tags::get(tx, eve, "t1")).await.unwrap(), None);
        let list = |after: Option<&'static str>, descending| store.read(move |tx| alpha_tags::list(tx, john, after, descending, 10));
        assert_eq!(list(Some("t1"), false).await.unwrap(), [tag(4, "Other")]);
        assert_eq!(list(None, true).await.unwrap()[0], tag(4, "Other"));
        assert!(!store.write(Lane::of(eve.0), move |tx| alpha_tags::delete(tx, eve, "t1")).await.unwrap());
        assert!(store.write(Lane::of(john.0), move |tx| alpha_tags::delete(tx, john, "t1")).await.unwrap());
        store.reopen().await;
    }

    async fn a_country_has_one_default_sender_and_the_account_knows_that_it_has_any(store) {
        let john = open_account(&store, "john", 0).await;
        let has_any = || store.read(move |tx| accounts::get(tx, john));
        assert!(!has_any().await.unwrap().unwrap().has_default_senders);
        let create = |sender: DefaultSender| store.write(Lane::of(john.0), move |tx| default_senders::create(tx, john, &sender));
        assert!(create(sender(1, "US")).await.unwrap());
        assert!(!create(sender(2, "US")).await.unwrap());
        assert!(create(sender(3, "AU")).await.unwrap());
        assert!(has_any().await.unwrap().unwrap().has_default_senders);
        let countries: Vec<_> = store.read(move |tx| default_senders::all(tx, john)).await.unwrap().iter().map(|s| s.country.to_string()).collect();
        assert_eq!(countries, ["AU", "US"]);
        for (by_country, descending, first) in [(false, false, "d1"), (false, true, "d3"), (true, false, "d3"), (true, true, "d1")] {
            let rows = store.read(move |tx| default_senders::list(tx, john, by_country, descending, 0, 1)).await.unwrap();
            assert_eq!(rows[0].default_sender_id, first);
        }
        let strategy = Strategy { sender_type: "shared_longcode".into(), sender_id: String::new(), sender_country: Some("US".into()), note: String::new() };
        let new = strategy.clone();
        let changed = store.write(Lane::of(john.0), move |tx| default_senders::update(tx, john, "d1", &new, NOW)).await.unwrap();
        assert_eq!(changed.unwrap().strategy, strategy);
        for id in ["d1", "d3"] {
            assert!(store.write(Lane::of(john.0), move |tx| default_senders::delete(tx, john, id)).await.unwrap());
        }
        assert_eq!(store.read(move |tx| default_senders::get(tx, john, "d1")).await.unwrap(), None);
        assert!(!has_any().await.unwrap().unwrap().has_default_senders);
        store.reopen().await;
    }

    async fn complaints_are_listed_to_whoever_made_them(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        let issue = NewIssue { message_id: "M".into(), kind: "sms".into(), description: "d".into(), client_comments: None, email_address: "a@b.co".into() };
        let new = issue.clone();
        let id = store.write(Lane::of(john.0), move |tx| delivery_issues::create(tx, john, &new, NOW)).await.unwrap();
        let page = store.read(move |tx| delivery_issues::page(tx, john, 0, 10)).await.unwrap();
        assert_eq!((page.total, page.rows[0].issue_id, &page.rows[0].issue), (1, id, &issue));
        assert_eq!(store.read(move |tx| delivery_issues::page(tx, eve, 0, 10)).await.unwrap().total, 0);
        store.reopen().await;
    }
}
