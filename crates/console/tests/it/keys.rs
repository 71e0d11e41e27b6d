//! Keys: made, limited, renewed, stopped and ended by forms, through the control plane and on record with the operator as the author.

use http::StatusCode;

use crate::bed::{Bed, Said, Visitor};

/// What the form asks for, beside what a test gives.
async fn make(ada: &mut Visitor<'_>, fields: &[(&str, &str)]) -> Said {
    let form = ada.get("/console/keys/new").await;
    let mut given = vec![("form_token", form.hidden("form_token"))];
    given.extend(
        fields
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    ada.post("/console/keys/new", &given).await
}

/// The address of the key that was just made.
fn place(said: &Said) -> String {
    let id = said.text.split("/console/keys/").find_map(|rest| {
        let id: String = rest.chars().take_while(|c| *c != '"').collect();
        (id.len() == 36).then_some(id)
    });
    format!(
        "/console/keys/{}",
        id.unwrap_or_else(|| panic!("{}", said.text))
    )
}

#[tokio::test]
async fn a_key_is_made_its_secret_shown_once_and_what_is_left_of_it_told() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let empty = ada.get("/console/keys").await;
    assert!(empty.text.contains("No keys yet"), "{}", empty.text);
    let made = make(
        &mut ada,
        &[
            ("name", "newsletter <b>"),
            ("role", "agent"),
            ("limits.messages_per_day", "200"),
            ("limits.spend_per_day", "5.00"),
            ("limits.currency", "USD"),
            ("limits.approval_above.messages", "20"),
            ("limits.recipients_allow", "+61*\r\n+64*"),
            ("app.clicksend", "1"),
        ],
    )
    .await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let secret = made.text.split("id=\"secret\">").nth(1).unwrap();
    let secret = secret.split('<').next().unwrap();
    assert!(secret.starts_with("pst_live_"), "{secret}");
    assert_eq!(made.header("cache-control"), "no-store");
    let place = place(&made);
    let page = ada.get(&place).await;
    for said in [
        "newsletter &#60;b&#62;",
        "0 of 200",
        "0.00 USD of 5.00 USD",
        "+61*, +64*",
        "clicksend",
        "A person is asked beyond messages",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains(secret), "it is shown once");
    let list = ada.get("/console/keys").await;
    assert!(list.text.contains(&secret[..13]), "{}", list.text);
    let audit = bed.audit().await;
    let entry = audit.iter().find(|entry| entry.action == "key.create");
    let entry = entry.unwrap();
    assert_eq!(
        (entry.actor_kind.as_str(), entry.actor_id.as_str()),
        ("operator", "id-ada")
    );
    assert!(!entry.detail.contains(secret));
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field_and_nothing_that_was_typed_is_lost() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    for (fields, said) in [
        (vec![("name", "")], "error-name"),
        (
            vec![("name", "kept"), ("limits.spend_per_day", "5")],
            "error-limits.currency",
        ),
        (
            vec![("name", "kept"), ("limits.quiet_hours", "late")],
            "error-limits.quiet_hours",
        ),
        (vec![("name", "kept"), ("cidr", "nowhere")], "error-cidr"),
        (
            vec![("name", "kept"), ("expires_at", "2001-01-01")],
            "error-expires",
        ),
        (
            vec![
                ("name", "kept"),
                ("limits.unlimited", "1"),
                ("limits.messages_per_day", "1"),
            ],
            "unlimited-error",
        ),
        (
            vec![("name", "kept"), ("connection.gone", "1")],
            "problem-title",
        ),
    ] {
        let answer = make(&mut ada, &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{fields:?}"
        );
        assert!(
            answer.text.contains(&format!("id=\"{said}\"")),
            "{fields:?}: {}",
            answer.text
        );
        for (_, value) in fields.iter().filter(|(_, value)| *value != "1") {
            assert!(answer.text.contains(value), "{value}: {}", answer.text);
        }
    }
    assert!(
        bed.audit()
            .await
            .iter()
            .all(|entry| entry.action != "key.create")
    );
}

#[tokio::test]
async fn a_key_is_changed_frozen_renewed_and_revoked() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let made = make(&mut ada, &[("name", "one"), ("rules", "read GET /v3/**")]).await;
    let place = place(&made);
    let form = ada.get(&format!("{place}/change")).await;
    assert!(form.text.contains("read GET /v3/**"), "{}", form.text);
    let token = form.hidden("form_token");
    let fields = [
        ("form_token", token.clone()),
        ("name", "two".to_owned()),
        ("rules", "read GET /v3/**".to_owned()),
        (
            "rate_per_second",
            form.text
                .split("name=\"rate_per_second\" value=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned(),
        ),
        ("limits.messages_per_hour", "3".to_owned()),
    ];
    let said = ada.post(&format!("{place}/change"), &fields).await;
    assert_eq!(
        (said.status, said.header("location")),
        (StatusCode::SEE_OTHER, place.as_str())
    );
    let page = ada.get(&place).await;
    assert!(
        page.text.contains("0 of 3") && page.text.contains("two"),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("read GET /v3/**"),
        "rules stay: {}",
        page.text
    );
    let entries = bed.audit().await;
    let change = entries
        .iter()
        .find(|entry| entry.action == "key.change")
        .unwrap();
    assert_eq!(change.actor_kind, "operator");

    let post = [("form_token", token)];
    for (verb, said) in [
        ("freeze", "Frozen: nothing is sent with this key"),
        ("unfreeze", "What is left"),
    ] {
        let form = ada.get(&format!("{place}/{verb}")).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text);
        let done = ada.post(&format!("{place}/{verb}"), &post).await;
        assert_eq!(done.header("location"), place);
        assert!(ada.get(&place).await.text.contains(said), "{verb}");
    }
    let mut rotate = vec![post[0].clone(), ("overlap_minutes", "-1".to_owned())];
    let wrong = ada.post(&format!("{place}/rotate"), &rotate).await;
    assert_eq!(
        wrong.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        wrong.text
    );
    rotate[1].1 = "5".to_owned();
    let renewed = ada.post(&format!("{place}/rotate"), &rotate).await;
    assert!(
        renewed.text.contains("id=\"secret\">pst_live_"),
        "{}",
        renewed.text
    );
    assert!(
        ada.get(&place)
            .await
            .text
            .contains("The secret before this one still works")
    );
    let asked = ada.get(&format!("{place}/revoke")).await;
    assert!(
        asked.text.contains("cannot be taken back"),
        "{}",
        asked.text
    );
    assert!(
        ada.get(&place).await.text.contains(">active<"),
        "looking ends nothing"
    );
    ada.post(&format!("{place}/revoke"), &post).await;
    let page = ada.get(&place).await;
    assert!(page.text.contains(">revoked<"), "{}", page.text);
    assert!(
        !page.text.contains(&format!("{place}/change")),
        "there is nothing to do any more"
    );
}

#[tokio::test]
async fn nobody_else_gets_in_and_what_is_not_there_is_said() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    for path in [
        "/console/keys/nothing",
        "/console/keys/nothing/freeze",
        "/console/keys/a%20b/revoke",
        "/console/dogs/1/freeze",
    ] {
        assert_eq!(ada.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut eve = Visitor::new(&bed);
    for path in [
        "/console/keys",
        "/console/keys/new",
        "/console/keys/1/rotate",
    ] {
        let said = eve.get(path).await;
        assert_eq!(
            said.header("location"),
            format!("/console/sign-in?next={path}")
        );
    }
    let forged = [("form_token", "x".to_owned()), ("name", "mine".to_owned())];
    assert_eq!(
        ada.post("/console/keys/new", &forged).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        ada.post("/console/keys/1/revoke", &forged).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        eve.post("/console/keys/new", &forged).await.status,
        StatusCode::SEE_OTHER
    );
}
