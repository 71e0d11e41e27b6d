use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::price::RateTable;
use postern_domain::short_link::Code;
use postern_domain::text;
use postern_domain::time::UnixMicros;
use postern_wire::clicksend::lenient::Unix;
use postern_wire::clicksend::sms::{Message, SendRequest, SenderChoice};
use proptest::prelude::*;

use crate::policy::Policy;

use super::{Judged, Terms, Verdict, judge};

const NOW: UnixMicros = UnixMicros(1_790_000_000_000_000);

fn prices() -> RateTable {
    RateTable::parse("country\tUSD\nUS\t0.0300\nAU\t0.0520\n").unwrap()
}

fn terms(prices: &RateTable) -> Terms<'_> {
    Terms {
        channel: Channel::Sms,
        country: CountryCode::parse("US").unwrap(),
        currency: Currency::Usd,
        segments_max: 6,
        prices,
        shared_sender: "+15005550100",
        policy: Policy::default(),
        now: NOW,
        clock: postern_domain::sandbox_clock::SandboxClock::default(),
        shorten: None,
    }
}

fn message(to: &str, body: &str) -> Message {
    Message {
        to: Some(to.to_owned()),
        body: Some(body.to_owned()),
        ..Message::default()
    }
}

fn one(message: Message) -> Judged {
    let request = SendRequest {
        messages: vec![message],
        ..SendRequest::default()
    };
    let prices = prices();
    judge(request, numbers(), &terms(&prices))
        .expect("a call that can be judged")
        .remove(0)
}

#[test]
fn a_plain_message_is_completed_and_priced() {
    let judged = one(message("(555) 123-4567", "hello"));
    assert_eq!(judged.verdict, Verdict::Success);
    assert_eq!(judged.to, "+15551234567");
    assert_eq!(judged.from, "+15005550100");
    assert!(judged.shared_sender);
    assert_eq!((judged.segments, judged.price), (1, Micros(30_000)));
    assert_eq!((judged.schedule, judged.due), (None, None));
}

#[test]
fn every_refusal_has_its_word() {
    let to = "+15551234567";
    let with = |edit: fn(&mut Message)| {
        let mut message = message("+15551234567", "hello");
        edit(&mut message);
        message
    };
    for (message, verdict) in [
        (message("+000", "hello"), Verdict::InvalidRecipient),
        (message("", "hello"), Verdict::InvalidRecipient),
        (message(to, ""), Verdict::EmptyMessage),
        (message(to, " \n"), Verdict::EmptyMessage),
        (with(|m| m.body = None), Verdict::EmptyMessage),
        (with(|m| m.to = None), Verdict::MissingRequiredFields),
        (
            with(|m| m.from = Some("two words".into())),
            Verdict::InvalidSenderId,
        ),
        (
            with(|m| m.schedule = Unix::Malformed),
            Verdict::InvalidSchedule,
        ),
        (
            with(|m| m.schedule = Unix::At(-1)),
            Verdict::InvalidSchedule,
        ),
        (message("+33612345678", "hello"), Verdict::CountryNotEnabled),
        (message("+80012345678", "hello"), Verdict::CountryNotEnabled),
    ] {
        let judged = one(message.clone());
        assert_eq!(judged.verdict, verdict, "{message:?}");
        assert_eq!(
            judged.price == Micros::ZERO,
            verdict != Verdict::Success,
            "{message:?}"
        );
    }
}

#[test]
fn a_country_completes_local_numbers_and_nonsense_is_ignored() {
    let to = |country: &str| {
        one(Message {
            country: Some(country.to_owned()),
            ..message("0411 222 333", "hello")
        })
    };
    assert_eq!(to("AU").to, "+61411222333");
    assert_eq!(to("au").to, "+61411222333");
    assert_eq!(to("Australia").verdict, Verdict::InvalidRecipient);
}

#[test]
fn test_numbers_cost_nothing_but_need_their_country() {
    let judged = one(message("+61411111111", "hello"));
    assert!(judged.test_number && judged.is_success());
    assert_eq!((judged.segments, judged.price), (0, Micros::ZERO));
    assert_eq!(
        one(message("+447777777777", "hello")).verdict,
        Verdict::CountryNotEnabled
    );
}

#[test]
fn schedules_are_understood_and_echoed_as_written() {
    let at = |unix: i64| {
        one(Message {
            schedule: Unix::At(unix),
            ..message("+15551234567", "hello")
        })
    };
    let tomorrow = NOW.secs() + 86_400;
    let judged = at(tomorrow);
    assert_eq!(
        (judged.schedule, judged.due),
        (Some(tomorrow), Some(UnixMicros::from_secs(tomorrow)))
    );
    let judged = at(tomorrow * 1_000);
    assert_eq!(
        (judged.schedule, judged.due),
        (
            Some(tomorrow * 1_000),
            Some(UnixMicros::from_secs(tomorrow))
        )
    );
    let judged = at(1_436_874_701);
    assert_eq!(
        (judged.schedule, judged.due, judged.verdict),
        (Some(1_436_874_701), None, Verdict::Success)
    );
    assert_eq!(at(0).schedule, None);
}

#[test]
fn a_sender_chosen_for_the_country_overrides() {
    let request = SendRequest {
        messages: vec![
            message("+61411222333", "hello"),
            message("+15551234567", "hello"),
        ],
        senders: Some(vec![SenderChoice {
            recipient_country_code: Some("au".into()),
            sender_id: Some("MyShop".into()),
        }]),
        shorten_urls: false,
    };
    let prices = prices();
    let judged = judge(request, numbers(), &terms(&prices)).unwrap();
    assert_eq!(
        (judged[0].from.as_str(), judged[0].shared_sender),
        ("MyShop", false)
    );
    assert_eq!(
        (judged[1].from.as_str(), judged[1].shared_sender),
        ("+15005550100", true)
    );
}

#[test]
fn calls_that_cannot_be_carried_out_as_meant_are_refused_whole() {
    let prices = prices();
    let refuse = |request: SendRequest| match judge(request, numbers(), &terms(&prices)) {
        Err(crate::error::ApiError::Invalid(why)) => why.into_owned(),
        other => panic!("{other:?}"),
    };
    assert!(refuse(SendRequest::default()).starts_with("messages: the list is empty"));
    let many = vec![message("+15551234567", "hello"); 1001];
    assert_eq!(
        refuse(SendRequest {
            messages: many,
            ..SendRequest::default()
        }),
        "messages: 1001 messages in one call; send at most 1000."
    );
}

#[test]
fn a_link_takes_the_place_of_the_first_address_where_it_is_wished_for() {
    let prices = prices();
    let terms = terms(&prices).shortening("https://s.test", || Code::SAMPLE);
    let judged = |shorten_urls: bool, body: &str| {
        let request = SendRequest {
            messages: vec![message("+15551234567", body)],
            shorten_urls,
            ..SendRequest::default()
        };
        judge(request, numbers(), &terms).unwrap().remove(0)
    };
    let text = "See https://example.com/a, https://example.com/b";
    assert_eq!(judged(false, text).body, text);
    let with_link = judged(true, text);
    assert_eq!(
        with_link.body,
        "See https://s.test/xxxxxxxx, https://example.com/b"
    );
    assert_eq!(
        with_link.link.map(|link| (link.item, link.url)),
        Some((0, "https://example.com/a".to_owned()))
    );
    assert_eq!(judged(true, "no address").link, None);
}

proptest! {
    #[test]
    fn what_is_kept_is_what_is_priced(body in "[a-z€й😀 ]{1,2500}") {
        let judged = one(message("+15551234567", &body));
        prop_assert!(body.starts_with(&judged.body));
        if judged.is_success() {
            let segments = text::segmentation(&judged.body).segments;
            prop_assert!(segments <= 6);
            prop_assert_eq!(judged.segments, segments);
            prop_assert_eq!(judged.price, Micros(30_000).times(segments));
        }
    }

    #[test]
    fn no_input_panics(to in "\\PC{0,30}", from in "\\PC{0,20}", country in "\\PC{0,4}", unix in any::<i64>()) {
        let judged = one(Message {
            from: Some(from),
            country: Some(country),
            schedule: Unix::At(unix),
            ..message(&to, "hello")
        });
        prop_assert!(judged.is_success() || judged.price == Micros::ZERO);
    }
}

/// Every message of a call goes to a number.
fn numbers() -> Vec<crate::recipients::To> {
    vec![crate::recipients::To::Number; crate::sms::judge::MESSAGES_MAX + 1]
}
