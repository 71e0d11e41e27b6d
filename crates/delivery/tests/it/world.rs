//! A store with one account, and the means to accept messages and look at them.

use std::sync::Arc;

use postern_delivery::{Bells, Config, Delivery, Routes, Simulator, Timing};
use postern_domain::account::AccountId;
use postern_domain::channel::Content;
use postern_domain::message_id::MessageId;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_store::accounts::{self, NewAccount};
use postern_store::messages::{self, Message, NewMessage};
use postern_store::{Lane, Through};
use postern_testkit::{FixedClock, TestStore, sqlite_store};

pub(crate) struct World {
    pub(crate) store: TestStore,
    pub(crate) clock: FixedClock,
    pub(crate) account: AccountId,
}

impl World {
    pub(crate) async fn new() -> World {
        World::of(false).await
    }

    pub(crate) async fn sandbox() -> World {
        World::of(true).await
    }

    async fn of(sandbox: bool) -> World {
        let store = sqlite_store().await;
        let new = NewAccount {
            username: "john".into(),
            api_key_hash: [0; 32],
            pepper_version: 1,
            api_key_sealed: Vec::new(),
            email: "john@example.com".into(),
            phone: "+15551234567".into(),
            first_name: "John".into(),
            last_name: "Doe".into(),
            country: CountryCode::parse("US").unwrap(),
            timezone: "UTC".into(),
            currency: Currency::Usd,
            balance: Micros(1_000_000_000),
            sandbox,
            char_limit_parts: 6,
        };
        let account = store
            .write(Lane::CONTROL, move |tx| {
                accounts::create(tx, &new, FixedClock::START)
            })
            .await
            .unwrap();
        World {
            store,
            clock: FixedClock::new(),
            account,
        }
    }

    pub(crate) fn delivery(&self, routes: Routes) -> Delivery {
        Delivery::new(
            self.store.clone(),
            routes,
            self.clock.clock(),
            Config::default(),
            Bells::default(),
        )
    }

    /// Delivers after exactly two seconds.
    pub(crate) fn simulated() -> Routes {
        let two = std::time::Duration::from_secs(2);
        Routes::simulated(Arc::new(Simulator::new(Timing {
            delivered_after_min: two,
            delivered_after_max: two,
            failures_permille: 0,
        })))
    }

    pub(crate) async fn accept(&self, n: u64, recipient: &str, simulated: bool) -> MessageId {
        self.accept_on(n, recipient, simulated, Content::Sms).await
    }

    pub(crate) async fn accept_on(
        &self,
        n: u64,
        recipient: &str,
        simulated: bool,
        content: Content,
    ) -> MessageId {
        let through = Through::default();
        self.accept_through(n, recipient, simulated, content, through)
            .await
    }

    pub(crate) async fn accept_through(
        &self,
        n: u64,
        recipient: &str,
        simulated: bool,
        content: Content,
        through: Through,
    ) -> MessageId {
        let (account, now) = (self.account, self.clock.now());
        let message_id = MessageId::new(now, n.to_be_bytes());
        let new = NewMessage {
            message_id,
            schedule: None,
            due: None,
            recipient: recipient.to_owned(),
            country: "US".into(),
            sender: "+15005550100".into(),
            shared_sender: true,
            body: "hello".into(),
            custom_string: String::new(),
            from_email: None,
            source: "test".into(),
            segments: 1,
            price: Micros(50_000),
            test_number: false,
            origin: None,
            content,
        };
        let accept = move |tx: &mut postern_store::Tx<'_>| {
            messages::accept(
                tx,
                account,
                std::slice::from_ref(&new),
                simulated,
                &through,
                now,
            )
        };
        self.store
            .write(Lane::of(account.0), accept)
            .await
            .unwrap()
            .unwrap();
        message_id
    }

    pub(crate) async fn message(&self, id: MessageId) -> Message {
        let account = self.account;
        self.store
            .read(move |tx| messages::by_id(tx, account, id))
            .await
            .unwrap()
            .unwrap()
    }

    pub(crate) async fn receipts(&self) -> i64 {
        let account = self.account;
        self.store
            .read(move |tx| accounts::get(tx, account))
            .await
            .unwrap()
            .unwrap()
            .receipt_seq
    }
}
