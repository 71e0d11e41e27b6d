use postern_domain::channel::{Channel, Content, Picture};
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::price::RateTable;
use postern_domain::time::UnixMicros;
use postern_wire::clicksend::mms::{Message, SendRequest};

use crate::policy::Policy;

use super::{is_fetchable, judge};
use crate::mms::pictures::Pictures;
use crate::sms::judge::{Judged, Terms, Verdict};

const CAT: &str = "https://example.com/cat.jpg";
const DOG: &str = "https://example.com/dog.gif";

/// What was fetched for the judge.
fn found() -> Pictures {
    Pictures::of_tests(&[CAT, DOG])
}

fn judged(request: SendRequest) -> Judged {
    let prices = RateTable::parse("country\tUSD\nUS\t0.3000\n").unwrap();
    let terms = Terms {
        channel: Channel::Mms,
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
    judge(request, numbers(), &found(), &terms)
        .unwrap()
        .remove(0)
}

fn one(subject: &str, body: &str, own: Option<&str>, beside: Option<&str>) -> Judged {
    judged(SendRequest {
        media_file: beside.map(str::to_owned),
        messages: vec![Message {
            to: Some("+15551234567".into()),
            subject: Some(subject.into()),
            body: Some(body.into()),
            media_file: own.map(str::to_owned),
            ..Message::default()
        }],
    })
}

#[test]
fn a_picture_costs_the_same_however_long_its_text() {
    for body in ["hello", &"ж".repeat(499), &"a".repeat(3000)] {
        let judged = one("Look", body, Some(CAT), None);
        assert_eq!(judged.verdict, Verdict::Success);
        assert_eq!((judged.segments, judged.price), (1, Micros(300_000)));
        assert!(judged.body.chars().count() <= 1500);
    }
}

#[test]
fn a_messages_own_picture_goes_before_the_one_beside() {
    let url = |judged: Judged| match judged.content {
        Content::Mms(picture) => picture.media_url,
        other => panic!("{other:?}"),
    };
    assert_eq!(url(one("s", "b", Some(CAT), Some(DOG))), CAT);
    assert_eq!(url(one("s", "b", None, Some(DOG))), DOG);
    assert_eq!(url(one("s", "b", Some(" "), Some(DOG))), DOG);
}

#[test]
fn subject_and_picture_are_required() {
    assert_eq!(
        one(" ", "b", Some(CAT), None).verdict,
        Verdict::SubjectRequired
    );
    assert_eq!(one("s", "b", None, None).verdict, Verdict::InvalidMediaFile);
    let refused = one("s", "b", Some("cat.jpg"), None);
    assert_eq!(
        (refused.verdict, refused.price),
        (Verdict::InvalidMediaFile, Micros::ZERO)
    );
    let long = one(&"x".repeat(30), "b", Some(CAT), None);
    assert_eq!(
        long.content,
        Content::Mms(Picture {
            subject: "x".repeat(20),
            media_url: CAT.into(),
            media: found().get(CAT).map(|picture| picture.media.clone()),
        })
    );
}

#[test]
fn pictures_have_addresses_that_could_be_fetched() {
    for (url, fetchable) in [
        (CAT, true),
        ("http://example.com:8080/a?b=c", true),
        ("https://example.com", true),
        ("ftp://example.com/cat.jpg", false),
        ("//example.com/cat.jpg", false),
        ("/cat.jpg", false),
        ("https:///cat.jpg", false),
        ("https://user:secret@example.com/cat.jpg", false),
        ("https://exa mple.com/cat.jpg", false),
        ("data:image/png;base64,AAAA", false),
        ("", false),
    ] {
        assert_eq!(is_fetchable(url), fetchable, "{url}");
    }
    assert!(!is_fetchable(&format!(
        "https://example.com/{}",
        "x".repeat(2048)
    )));
}

/// Every message of a call goes to a number.
fn numbers() -> Vec<crate::recipients::To> {
    vec![crate::recipients::To::Number; crate::sms::judge::MESSAGES_MAX + 1]
}
