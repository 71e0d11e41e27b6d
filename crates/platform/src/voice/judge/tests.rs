use postern_domain::channel::{Channel, Content};
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::price::RateTable;
use postern_domain::time::UnixMicros;
use postern_domain::voice::{self, Call, LANGS, Voice};
use postern_wire::clicksend::voice::{Message, SendRequest};
use proptest::prelude::*;

use crate::policy::Policy;

use super::judge;
use crate::sms::judge::{Judged, Terms, Verdict};

const RATE: i64 = 45_000;

fn one(message: Message) -> Judged {
    let prices = RateTable::parse("country\tUSD\nUS\t0.0450\n").unwrap();
    let terms = Terms {
        channel: Channel::Voice,
        country: CountryCode::parse("US").unwrap(),
        currency: Currency::Usd,
        segments_max: 1,
        prices: &prices,
        shared_sender: "+15005550100",
        policy: Policy::default(),
        now: UnixMicros(1_790_000_000_000_000),
        clock: postern_domain::sandbox_clock::SandboxClock::default(),
        shorten: None,
    };
    let request = SendRequest {
        messages: vec![message],
    };
    judge(request, numbers(), &terms).unwrap().remove(0)
}

fn reading(body: &str) -> Message {
    Message {
        to: Some("+15551234567".into()),
        body: Some(body.into()),
        ..Message::default()
    }
}

fn spoken(lang: &str, voice: &str) -> Judged {
    one(Message {
        lang: Some(lang.into()),
        voice: Some(voice.into()),
        ..reading("hello")
    })
}

#[test]
fn a_call_without_wishes_is_in_english_by_a_woman() {
    let judged = one(reading("hello"));
    assert_eq!(judged.verdict, Verdict::Success);
    let call = Call {
        lang: "en-us".into(),
        ..Call::default()
    };
    assert_eq!(judged.content, Content::Voice(call));
    assert_eq!((judged.segments, judged.price), (1, Micros(RATE)));
}

#[test]
fn only_voices_that_speak_the_language_are_accepted() {
    for lang in LANGS {
        for voice in Voice::ALL {
            let wanted = match lang.voices.contains(voice) {
                true => Verdict::Success,
                false => Verdict::InvalidVoice,
            };
            assert_eq!(
                spoken(lang.code, voice.as_str()).verdict,
                wanted,
                "{}",
                lang.code
            );
        }
        assert_eq!(spoken(lang.code, "").verdict, Verdict::Success);
    }
    assert_eq!(spoken("EN-GB", "Male").verdict, Verdict::Success);
    assert_eq!(spoken("en-gb", "robot").verdict, Verdict::InvalidVoice);
    let unknown = spoken("tlh", "female");
    assert_eq!(
        (unknown.verdict, unknown.price),
        (Verdict::InvalidLang, Micros::ZERO)
    );
}

#[test]
fn a_word_calls_nobody() {
    let from = |from: &str| {
        one(Message {
            from: Some(from.into()),
            ..reading("hello")
        })
        .verdict
    };
    assert_eq!(from("MyShop"), Verdict::InvalidSenderId);
    assert_eq!(from("+15551230000"), Verdict::Success);
}

#[test]
fn the_first_reason_is_the_one_that_is_told() {
    let judged = one(Message {
        to: Some("+000".into()),
        lang: Some("tlh".into()),
        ..reading("hello")
    });
    assert_eq!(judged.verdict, Verdict::InvalidRecipient);
}

proptest! {
    #[test]
    fn the_price_is_the_parts_of_what_is_read(body in "[a-zж ]{1,1600}") {
        let judged = one(reading(&body));
        if judged.is_success() {
            prop_assert!(body.starts_with(&judged.body));
            prop_assert!(judged.segments >= 1 && judged.segments <= voice::PARTS_MAX);
            prop_assert_eq!(judged.segments, voice::parts(&judged.body));
            prop_assert_eq!(judged.price, Micros(RATE * i64::from(judged.segments)));
        } else {
            prop_assert_eq!(judged.verdict, Verdict::EmptyMessage);
        }
    }
}

/// Every message of a call goes to a number.
fn numbers() -> Vec<crate::recipients::To> {
    vec![crate::recipients::To::Number; crate::sms::judge::MESSAGES_MAX + 1]
}
