//! E-mail addresses, the token that proves them, and the mailbox that it is left in.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::email_addresses::{self, EmailAddress, TokenHash};
use postern_store::mailbox::{self, Mail};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;

const NOW: UnixMicros = FixedClock::START;

async fn create(store: &Store, account: AccountId, text: &'static str) -> Option<EmailAddress> {
    store
        .write(Lane::of(account.0), move |tx| {
            email_addresses::create(tx, account, text, NOW)
        })
        .await
        .unwrap()
}

fn token(byte: u8) -> TokenHash {
    TokenHash {
        hash: [byte; 32],
        pepper_version: 1,
    }
}

both! {
    async fn an_address_is_an_accounts_once(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        let first = create(&store, john, "a@example.com").await.unwrap();
        assert_eq!(create(&store, john, "a@example.com").await, None);
        assert!(create(&store, eve, "a@example.com").await.is_some(), "somebody else's is another");
        let second = create(&store, john, "b@example.com").await.unwrap();
        let page = store.read(move |tx| email_addresses::page(tx, john, 1, 5)).await.unwrap();
        assert_eq!((page.total, page.rows), (2, vec![second]));
        let id = first.email_address_id;
        let get = |who: AccountId| store.read(move |tx| email_addresses::get(tx, who, id));
        assert_eq!((get(john).await.unwrap(), get(eve).await.unwrap()), (Some(first), None));
        let delete = |who: AccountId| store.write(Lane::of(who.0), move |tx| email_addresses::delete(tx, who, id));
        assert_eq!((delete(eve).await.unwrap(), delete(john).await.unwrap(), delete(john).await.unwrap()), (false, true, false));
        store.reopen().await;
    }

    async fn only_the_newest_token_verifies_once_and_in_time(store) {
        let john = open_account(&store, "john", 0).await;
        let id = create(&store, john, "a@example.com").await.unwrap().email_address_id;
        let expect = |byte: u8| store.write(Lane::of(john.0), move |tx| {
            email_addresses::expect_token(tx, john, id, &token(byte), NOW.plus_secs(60))
        });
        let verify = |byte: u8, at: i64| store.write(Lane::of(john.0), move |tx| {
            email_addresses::verify(tx, john, id, &token(byte), NOW.plus_secs(at))
        });
        assert_eq!(verify(1, 0).await.unwrap(), None);
        expect(1).await.unwrap().unwrap();
        expect(2).await.unwrap().unwrap();
        assert_eq!(verify(1, 0).await.unwrap(), None, "replaced");
        assert_eq!(verify(2, 60).await.unwrap(), None, "too late");
        assert!(verify(2, 59).await.unwrap().unwrap().verified);
        assert_eq!(verify(2, 59).await.unwrap(), None, "spent");
        assert!(store.read(move |tx| email_addresses::get(tx, john, id)).await.unwrap().unwrap().verified);
        store.reopen().await;
    }

    async fn mail_waits_for_its_account(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        let mail = |n: i64| Mail { recipient: format!("{n}@example.com"), subject: "Hello".to_owned(), body: "…".to_owned() };
        for n in 1..=3 {
            store.write(Lane::of(john.0), move |tx| mailbox::deliver(tx, john, &mail(n), NOW)).await.unwrap();
        }
        assert_eq!(store.read(move |tx| mailbox::newest(tx, john, 2)).await.unwrap(), [mail(3), mail(2)]);
        assert_eq!(store.read(move |tx| mailbox::newest(tx, eve, 2)).await.unwrap(), []);
        store.reopen().await;
    }
}
