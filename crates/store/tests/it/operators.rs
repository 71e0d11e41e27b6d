//! Operators, their sessions and their links.

use postern_domain::time::UnixMicros;
use postern_store::operators::{self, Operator, SESSIONS_MAX, Session};
use postern_store::{Lane, Tx};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

fn operator(name: &str) -> Operator {
    Operator {
        operator_id: format!("id-{name}"),
        name: name.to_owned(),
        password_hash: "$argon2id$…".to_owned(),
        disabled_at: None,
        signed_in_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn begin(tx: &mut Tx<'_>, token: &[u8], name: &str, at: UnixMicros) -> postern_store::Result<bool> {
    let id = format!("id-{name}");
    operators::begin_session(tx, token, &id, at.plus_secs(1000), at)
}

fn who(tx: &mut Tx<'_>, token: &[u8], at: UnixMicros) -> postern_store::Result<Option<String>> {
    let found = operators::session(tx, token, at.plus_secs(-100), at)?;
    Ok(found.map(|session| session.name))
}

both! {
    async fn a_name_is_given_once(store) {
        let told = store.write(Lane::CONTROL, |tx| {
            let again = Operator { operator_id: "other".into(), ..operator("ada") };
            Ok([operators::create(tx, &operator("ada"))?, operators::create(tx, &again)?, operators::create(tx, &operator("bob"))?])
        }).await.unwrap();
        assert_eq!(told, [true, false, true]);
        store.reopen().await;
        let (ada, nobody, page, count) = store.read(|tx| Ok((
            operators::by_name(tx, "ada")?, operators::by_name(tx, "eve")?, operators::page(tx, "ada", 10)?, operators::count(tx)?,
        ))).await.unwrap();
        assert_eq!(ada, Some(operator("ada")));
        assert_eq!(nobody, None);
        assert_eq!(page, [operator("bob")]);
        assert_eq!(count, 2);
    }

    async fn a_session_ends_by_idleness_by_age_and_by_its_owner(store) {
        store.write(Lane::CONTROL, |tx| {
            operators::create(tx, &operator("ada"))?;
            assert!(begin(tx, b"one", "ada", NOW)?);
            assert!(begin(tx, b"two", "ada", NOW)?);
            assert!(!begin(tx, b"three", "nobody", NOW)?);
            operators::see_session(tx, b"one", NOW.plus_secs(90))?;
            operators::see_session(tx, b"one", NOW.plus_secs(80))
        }).await.unwrap();
        let seen = store.read(|tx| operators::session(tx, b"one", NOW, NOW.plus_secs(91))).await.unwrap();
        let whole = Session { operator_id: "id-ada".into(), name: "ada".into(), seen_at: NOW.plus_secs(90), expires_at: NOW.plus_secs(1000) };
        assert_eq!(seen, Some(whole));
        let later = store.read(|tx| Ok((who(tx, b"one", NOW.plus_secs(150))?, who(tx, b"two", NOW.plus_secs(150))?))).await.unwrap();
        assert_eq!(later, (Some("ada".into()), None), "the other one was not used");
        store.write(Lane::CONTROL, |tx| operators::see_session(tx, b"one", NOW.plus_secs(999))).await.unwrap();
        let old = store.read(|tx| Ok((who(tx, b"one", NOW.plus_secs(999))?, who(tx, b"one", NOW.plus_secs(1000))?))).await.unwrap();
        assert_eq!(old, (Some("ada".into()), None));
        let told = store.write(Lane::CONTROL, |tx| Ok((operators::end_session(tx, b"one")?, operators::end_session(tx, b"one")?))).await.unwrap();
        assert_eq!(told, (true, false));
        assert_eq!(store.read(|tx| who(tx, b"one", NOW)).await.unwrap(), None);
        store.reopen().await;
        let signed_in = store.read(|tx| operators::by_name(tx, "ada")).await.unwrap().unwrap().signed_in_at;
        assert_eq!(signed_in, Some(NOW));
    }

    async fn sessions_of_one_operator_do_not_pile_up(store) {
        store.write(Lane::CONTROL, |tx| {
            operators::create(tx, &operator("ada"))?;
            for n in 0..=SESSIONS_MAX {
                assert!(begin(tx, &[n as u8], "ada", NOW.plus_secs(n))?);
            }
            Ok(())
        }).await.unwrap();
        store.reopen().await;
        let at = NOW.plus_secs(SESSIONS_MAX);
        let (first, second, last) = store.read(move |tx| Ok((who(tx, &[0], at)?, who(tx, &[1], at)?, who(tx, &[SESSIONS_MAX as u8], at)?))).await.unwrap();
        assert_eq!((first.is_some(), second.is_some(), last.is_some()), (false, true, true));
    }

    async fn whoever_is_disabled_or_gets_a_new_password_is_out_at_once(store) {
        store.reopen().await;
        store.write(Lane::CONTROL, |tx| {
            for name in ["ada", "bob"] {
                operators::create(tx, &operator(name))?;
                begin(tx, name.as_bytes(), name, NOW)?;
                assert!(operators::link(tx, &format!("id-{name}"), format!("link-{name}").as_bytes(), NOW.plus_secs(600))?);
            }
            assert!(operators::set_disabled(tx, "id-ada", true, NOW)?);
            assert!(!operators::set_disabled(tx, "id-ada", true, NOW)?);
            assert!(operators::set_password(tx, "id-bob", "another", NOW)?);
            assert!(!operators::set_password(tx, "nobody", "another", NOW)?);
            assert!(!begin(tx, b"again", "ada", NOW)?);
            assert!(!operators::link(tx, "id-ada", b"again", NOW.plus_secs(600))?);
            for name in ["ada", "bob"] {
                assert_eq!(who(tx, name.as_bytes(), NOW)?, None);
                assert_eq!(operators::spend_link(tx, format!("link-{name}").as_bytes(), NOW)?, None);
            }
            assert!(operators::set_disabled(tx, "id-ada", false, NOW)?);
            assert!(begin(tx, b"back", "ada", NOW)?);
            assert_eq!(operators::end_sessions(tx, "id-ada")?, 1);
            Ok(())
        }).await.unwrap();
    }

    async fn a_link_is_spent_once_and_in_time(store) {
        store.reopen().await;
        let told = store.write(Lane::CONTROL, |tx| {
            operators::create(tx, &operator("ada"))?;
            operators::link(tx, "id-ada", b"old", NOW.plus_secs(600))?;
            operators::link(tx, "id-ada", b"new", NOW.plus_secs(600))?;
            let replaced = operators::spend_link(tx, b"old", NOW)?;
            let late = operators::spend_link(tx, b"new", NOW.plus_secs(600))?;
            let spent = operators::spend_link(tx, b"new", NOW.plus_secs(599))?;
            Ok((replaced, late, spent, operators::spend_link(tx, b"new", NOW)?))
        }).await.unwrap();
        assert_eq!(told, (None, None, Some(("id-ada".into(), "ada".into())), None));
    }
}
