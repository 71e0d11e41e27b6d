//! The page of one message: what is kept about it in several places, told in the order in which it happened.

use postern_domain::account::AccountId;
use postern_domain::automation::Encoding;
use postern_domain::channel::Content;
use postern_domain::message::Event;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::receipt::Cause;
use postern_store::inbound::{self, Inbound, Original};
use postern_store::messages::{self, NewMessage};
use postern_store::pushes::{self, About, NewPush, Next, Outcome};
use postern_store::queue::{self, Lease, Settlement};
use postern_store::receipts::{self, Arrival};
use postern_store::{Lane, Through};
use uuid::Uuid;

use crate::bed::{Bed, Visitor};

fn message(message_id: MessageId) -> NewMessage {
    NewMessage {
        message_id,
        schedule: None,
        due: None,
        recipient: "+15551234567".to_owned(),
        country: "US".to_owned(),
        sender: "+15005550100".to_owned(),
        shared_sender: true,
        body: "<b>Hello</b>".to_owned(),
        custom_string: "order-7".to_owned(),
        from_email: None,
        source: "test".to_owned(),
        segments: 1,
        price: Micros(30_000),
        test_number: false,
        origin: None,
        content: Content::Sms,
    }
}

#[tokio::test]
async fn everything_that_happened_is_told_in_its_order() {
    let bed = Bed::open(false).await;
    let account = AccountId(bed.account("john", false).await);
    let start = bed.clock.now();
    let (id, reply) = (MessageId::new(start, [1; 8]), MessageId::new(start, [2; 8]));
    let seconds = move |n| start.plus_secs(n);
    let lease = move |n: i64| Lease {
        until: seconds(n + 30),
        claim: n,
    };
    bed.store
        .write(Lane::of(account.0), move |tx| {
            let through = Through::default();
            messages::accept(tx, account, &[message(id)], false, &through, start)?
                .expect("there is money");
            for (at, settlement) in [
                (1, Settlement::Deferred { due_at: seconds(2) }),
                (2, Settlement::Deferred { due_at: seconds(3) }),
                (
                    3,
                    Settlement::Accepted {
                        carrier: "simulator",
                        ask_at: seconds(90),
                    },
                ),
            ] {
                queue::claim(tx, seconds(at), 10, lease(at))?;
                queue::settle(tx, account, &[(1, lease(at), settlement)], seconds(at))?;
            }
            let later = Arrival::new(1, Event::Delayed, Some(Cause::Temporary), seconds(4));
            let there = Arrival::new(1, Event::Delivered, None, seconds(6));
            receipts::record(tx, account, &[later, there], seconds(6))?;
            let push = NewPush {
                rule_id: None,
                about: About::Receipt(2),
                url: "https://shop.test/hook".to_owned(),
                encoding: Encoding::Post,
            };
            pushes::queue(tx, account, &push, seconds(6))?;
            for (at, status, next) in [
                (7, None, Next::Again(seconds(8))),
                (8, Some(204), Next::Arrived),
            ] {
                pushes::claim(tx, seconds(at), 10, lease(at))?;
                let outcome = Outcome {
                    at: seconds(at),
                    took_micros: 1_500,
                    status,
                    problem: status.is_none().then(|| "connection refused".to_owned()),
                    answer: None,
                    next,
                };
                pushes::settle(tx, 1, lease(at), &outcome)?;
            }
            let text = Inbound {
                message_id: reply,
                at: seconds(9),
                sender: "+15551234567".to_owned(),
                recipient: "+15005550100".to_owned(),
                body: "Who is it?".to_owned(),
                original: Some(Original {
                    message_id: id,
                    body: "<b>Hello</b>".to_owned(),
                    custom_string: "order-7".to_owned(),
                }),
            };
            inbound::record_pushed(
                tx,
                account,
                &text,
                "https://shop.test/in",
                Encoding::Post,
                seconds(9),
            )
        })
        .await
        .unwrap();
    let mut ada = Visitor::signed_in(&bed).await;
    let place = |id: MessageId| Uuid::from_bytes(id.0).to_string();
    let page = ada
        .get(&format!("/console/messages/{}/{}", account.0, place(id)))
        .await;
    let told = [
        "Accepted and paid for: 0.0300",
        "Tried 2 times until",
        "Attempt 3: with the carrier simulator",
        "Receipt: the carrier tries again",
        "Receipt: on the handset",
        "Webhook to https://shop.test/hook, try 1: connection refused",
        "Webhook to https://shop.test/hook, try 2: answered 204",
        "Answered: Who is it?",
    ];
    let mut rest = page.text.as_str();
    for step in told {
        let at = rest.find(step);
        let at = at.unwrap_or_else(|| panic!("{step} is not in its place: {}", page.text));
        rest = &rest[at..];
    }
    assert!(!page.text.contains("<b>Hello"), "texts are escaped");
    let answer = format!("/console/messages/{}/received/{}", account.0, place(reply));
    assert!(page.text.contains(&answer));
    let page = ada.get(&answer).await;
    for said in ["Who is it?", "From +15551234567"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(
        page.text.contains(&place(id)),
        "it leads to what it answers"
    );
    assert!(!page.text.contains("<h2>Webhooks"), "nobody was called yet");
    let list = ada
        .get(&format!(
            "/console/messages?account={}&words=ORDER-7&channel=sms&state=Sent",
            account.0
        ))
        .await;
    assert!(
        list.text.contains("Nothing matches"),
        "it is delivered: {}",
        list.text
    );
    let list = ada
        .get(&format!(
            "/console/messages?account={}&words=ORDER-7",
            account.0
        ))
        .await;
    assert!(list.text.contains(&place(id)), "{}", list.text);
}
