use proptest::prelude::*;

use super::*;
use crate::{Fact, Hash, Part, SigningKey, salt};

const CHAIN: &str = "installation";

/// An export of `count` records with a checkpoint behind every third.
fn export(key: &SigningKey, count: i64, erased: &[i64]) -> Vec<Line> {
    let mut head = Head::START;
    let mut lines = vec![Line::Begin(Begin {
        format: FORMAT.to_owned(),
        chain: CHAIN.to_owned(),
        from: 0,
        from_hash: head.hash,
        public_key: key.public(),
    })];
    let proven = |what, head: Head| Proven {
        seq: head.seq,
        hash: head.hash,
        at: 1_000 + head.seq,
        signature: key.sign(what, CHAIN, head, 1_000 + head.seq),
    };
    for number in 1..=count {
        let audit_id = format!("record-{number}");
        let fact = Fact::default()
            .with("action", "call".to_owned())
            .with("code", None);
        let salt = salt(&[9; 32], &audit_id, Part::Whole);
        let link = head.link(&audit_id, Part::Whole, fact.hash(&salt));
        head = link.head();
        let kept = !erased.contains(&number);
        lines.push(Line::Record(Sealed {
            seq: link.seq,
            audit_id,
            part: Part::Whole,
            fact: kept.then_some(fact),
            salt: kept.then(|| STANDARD.encode(salt)),
            fact_hash: link.fact_hash,
            hash: link.hash,
        }));
        if number % 3 == 0 {
            lines.push(Line::Checkpoint(proven(Signed::Checkpoint, head)));
        }
    }
    let what = Signed::Export {
        from: 0,
        records: count,
    };
    lines.push(Line::End(End {
        records: count,
        head: proven(what, head),
    }));
    lines
}

fn verify(key: &SigningKey, lines: &[Line]) -> Result<Summary, Bad> {
    let mut verifier = Verifier::new(key.public());
    for line in lines {
        verifier.line(&serde_json::to_string(line).expect("json"))?;
    }
    verifier.finish()
}

fn key() -> SigningKey {
    SigningKey::generate().expect("a key")
}

fn record_at(lines: &mut [Line], number: i64) -> &mut Sealed {
    lines
        .iter_mut()
        .find_map(|line| match line {
            Line::Record(record) if record.seq == number => Some(record),
            _ => None,
        })
        .expect("that record")
}

fn position(lines: &[Line], number: i64) -> usize {
    lines
        .iter()
        .position(|line| matches!(line, Line::Record(record) if record.seq == number))
        .expect("that record")
}

#[test]
fn a_whole_export_is_proven_with_what_was_erased() {
    let key = key();
    let summary = verify(&key, &export(&key, 7, &[2, 5])).expect("good");
    assert_eq!(
        (
            summary.records,
            summary.erased,
            summary.checkpoints,
            summary.first,
            summary.last
        ),
        (7, 2, 2, 1, 7)
    );
    assert_eq!(
        verify(&key, &export(&key, 0, &[])).expect("good").records,
        0
    );
}

#[test]
fn whatever_is_done_to_it_the_first_bad_record_is_named() {
    let key = key();
    type Tamper = fn(&mut Vec<Line>);
    let cases: [(&str, Tamper, Option<i64>, Fault); 9] = [
        (
            "flip a value",
            |l| {
                drop(
                    record_at(l, 4)
                        .fact
                        .as_mut()
                        .expect("fact")
                        .0
                        .insert("action".into(), Some("gall".into())),
                )
            },
            Some(4),
            Fault::Changed,
        ),
        (
            "add a field",
            |l| {
                drop(
                    record_at(l, 4)
                        .fact
                        .as_mut()
                        .expect("fact")
                        .0
                        .insert("x".into(), None),
                )
            },
            Some(4),
            Fault::Changed,
        ),
        (
            "another record's name",
            |l| record_at(l, 4).audit_id = "record-5".into(),
            Some(4),
            Fault::Unchained,
        ),
        (
            "drop",
            |l| drop(l.remove(position(l, 4))),
            Some(5),
            Fault::OutOfOrder { expected: 4 },
        ),
        (
            "reorder",
            |l| {
                let at = position(l, 4);
                l.swap(at, at + 1);
            },
            Some(5),
            Fault::OutOfOrder { expected: 4 },
        ),
        (
            "double",
            |l| {
                let at = position(l, 4);
                l.insert(at, l[at].clone());
            },
            Some(4),
            Fault::OutOfOrder { expected: 5 },
        ),
        (
            "swap two facts",
            |l| {
                let hash = record_at(l, 5).fact_hash;
                record_at(l, 4).fact_hash = hash;
                (record_at(l, 4).fact, record_at(l, 4).salt) = (None, None);
            },
            Some(4),
            Fault::Unchained,
        ),
        (
            "erase the fact but not the salt",
            |l| record_at(l, 4).fact = None,
            Some(4),
            Fault::Salt,
        ),
        ("truncate", |l| l.truncate(5), None, Fault::CutOff),
    ];
    for (what, tamper, seq, fault) in cases {
        let mut lines = export(&key, 8, &[]);
        tamper(&mut lines);
        let bad = verify(&key, &lines).expect_err(what);
        assert_eq!((bad.seq, &bad.fault), (seq, &fault), "{what}: {bad}");
    }
}

/// Somebody who owns the database can make a chain anew, but cannot sign it.
#[test]
fn a_chain_made_anew_is_not_signed() {
    let (key, other) = (key(), key());
    let mut lines = export(&other, 8, &[]);
    assert_eq!(
        verify(&key, &lines).expect_err("another key").fault,
        Fault::Signature
    );
    // Nor does the genuine end of a shorter export fit behind more records, or the other way round.
    lines = export(&key, 8, &[]);
    let shorter = export(&key, 5, &[]);
    *lines.last_mut().expect("end") = shorter.last().expect("end").clone();
    assert!(matches!(
        verify(&key, &lines).expect_err("count").fault,
        Fault::Count { said: 5, found: 8 }
    ));
}

#[test]
fn a_checkpoint_does_not_pose_as_the_end() {
    let key = key();
    let mut lines = export(&key, 3, &[]);
    let Some(Line::Checkpoint(checkpoint)) = lines.get(4).cloned() else {
        panic!("a checkpoint behind the third");
    };
    *lines.last_mut().expect("end") = Line::End(End {
        records: 3,
        head: checkpoint,
    });
    assert_eq!(
        verify(&key, &lines).expect_err("not an end").fault,
        Fault::Signature
    );
}

#[test]
fn keys_come_back_from_their_secret_and_nothing_else_is_one() {
    let key = key();
    let again = SigningKey::from_secret(&key.to_secret().expect("secret")).expect("key");
    assert_eq!(again.public(), key.public());
    assert!(SigningKey::from_secret(&vec![1, 2, 3].into()).is_err());
    assert!(PublicKey::parse("AAAA").is_err());
    assert_eq!(PublicKey::parse(key.public().as_str()), Ok(key.public()));
}

proptest! {
    /// One changed byte anywhere in the text of an export is noticed, unless it changes nothing that JSON says.
    #[test]
    fn a_changed_byte_is_noticed(line in 1usize..9, at in 0usize..1_000, by in 1u8..128) {
        let key = key();
        let lines = export(&key, 6, &[]);
        let mut texts: Vec<String> = lines.iter().map(|line| serde_json::to_string(line).expect("json")).collect();
        let line = line.min(texts.len() - 1);
        let mut bytes = texts[line].clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= by;
        prop_assume!(bytes[at].is_ascii());
        texts[line] = String::from_utf8(bytes).expect("ascii");
        prop_assume!(serde_json::from_str::<Line>(&texts[line]).ok().as_ref() != Some(&lines[line]));
        let mut verifier = Verifier::new(key.public());
        let outcome = texts.iter().try_for_each(|text| verifier.line(text)).and_then(|()| verifier.finish().map(drop));
        prop_assert!(outcome.is_err());
    }
}

#[test]
fn nothing_that_is_read_makes_it_panic() {
    let key = key();
    for text in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"record":{}}"#,
        r#"{"begin":{}}"#,
        "\u{0}",
    ] {
        assert!(Verifier::new(key.public()).line(text).is_err(), "{text}");
    }
    assert!(Hash::try_from("AA==".to_owned()).is_err());
}
