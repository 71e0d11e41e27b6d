use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::time::UnixMicros;
use serde_json::{Value, json};

use super::Quoted;
use crate::{Item, Sending};

fn sending(count: usize) -> Sending {
    let item = Item {
        to: "+61411000000".into(),
        country: None,
        segments: 1,
        price: None,
        leaves_at: UnixMicros(0),
    };
    Sending {
        channel: Channel::Sms,
        currency: None,
        items: vec![item; count],
        refused_by_platform: 0,
    }
}

fn answer(data: Value) -> Vec<u8> {
    json!({"http_code": 200, "response_code": "SUCCESS", "data": data})
        .to_string()
        .into_bytes()
}

#[test]
fn prices_go_to_their_messages() {
    let answer = answer(
        json!({"total_price": 0.2376, "queued_count": 2, "_currency": {"currency_name_short": "AUD"},
        "messages": [{"message_price": "0.0792", "message_parts": 1}, {"message_price": 0.1584, "message_parts": "2"}]}),
    );
    let quoted = Quoted::read(&answer).unwrap();
    assert_eq!(
        (quoted.total, quoted.accepted, quoted.segments()),
        (Micros(237_600), 2, 3)
    );
    let mut sending = sending(2);
    quoted.price(&mut sending);
    assert_eq!(sending.currency, Some(Currency::Aud));
    assert_eq!(
        sending
            .items
            .iter()
            .map(|item| item.price)
            .collect::<Vec<_>>(),
        [Some(Micros(79_200)), Some(Micros(158_400))]
    );
    assert_eq!(sending.segments(), 3);
}

#[test]
fn a_total_that_is_dearer_than_its_parts_holds() {
    for messages in [
        json!([{"message_price": "0.01"}, {"message_price": "0.01"}]),
        json!([{}]),
        json!([]),
    ] {
        let answer = answer(
            json!({"total_price": 5, "_currency": {"currency_name_short": "USD"}, "messages": messages}),
        );
        let mut sending = sending(2);
        Quoted::read(&answer).unwrap().price(&mut sending);
        assert_eq!(sending.cost(), Some(Micros(5_000_000)));
    }
}

#[test]
fn what_is_no_quote_is_none() {
    for body in [
        b"".as_slice(),
        b"{}",
        br#"{"data":{"total_price":1,"messages":[]}}"#,
        br#"{"data":{"total_price":-1,"messages":[],"_currency":{"currency_name_short":"USD"}}}"#,
        br#"{"data":{"total_price":1,"messages":[],"_currency":{"currency_name_short":"XXX"}}}"#,
    ] {
        assert_eq!(Quoted::read(body), None);
    }
}
