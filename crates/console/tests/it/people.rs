//! Contacts, templates and campaigns by plain forms.

use http::StatusCode;

use crate::bed::{Bed, Said, Visitor};

/// Follows a redirect.
async fn followed(visitor: &mut Visitor<'_>, said: Said) -> Said {
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let leads = said.header("location").to_owned();
    let page = visitor.get(&leads).await;
    assert_eq!(page.status, StatusCode::OK, "{leads}: {}", page.text);
    page
}

/// A list that Ada has made; its address.
async fn list(ada: &mut Visitor<'_>) -> String {
    let page = ada.get("/console/contacts").await;
    assert!(
        page.text.contains("opted out, never sent to"),
        "{}",
        page.text
    );
    let fields = [
        ("form_token", page.hidden("form_token")),
        ("account", page.hidden("account")),
        ("name", "Friends & family".to_owned()),
    ];
    let said = ada.post("/console/contacts", &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    said.header("location").to_owned()
}

fn contains(page: &Said, wanted: &[&str]) {
    for wanted in wanted {
        assert!(page.text.contains(wanted), "{wanted}: {}", page.text);
    }
}

#[tokio::test]
async fn contacts_are_added_found_changed_and_removed() {
    let bed = Bed::open(false).await;
    bed.account("acme", false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let list = list(&mut ada).await;
    let page = ada.get(&list).await;
    contains(&page, &["Friends &#38; family", "Nobody is in this list"]);
    let token = page.hidden("form_token");
    let add = |number: &str, first: &str| {
        [
            ("form_token", token.clone()),
            ("phone_number", number.to_owned()),
            ("first_name", first.to_owned()),
            ("last_name", String::new()),
            ("email", String::new()),
        ]
    };
    let path = format!("{list}/add");
    for (number, first) in [
        ("(415) 555-2671", "Ann"),
        ("+61411111111", "Bob"),
        ("+14155552671", "Ann"),
    ] {
        let said = ada.post(&path, &add(number, first)).await;
        let page = followed(&mut ada, said).await;
        contains(&page, &["The contact is in the list", first]);
    }
    let refused = ada.post(&path, &add("no number", "Eve")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    contains(
        &refused,
        &["Not done", "value=\"no number\"", "value=\"Eve\""],
    );

    let page = ada.get(&format!("{list}?q=bob")).await;
    contains(&page, &["+61411111111"]);
    assert!(!page.text.contains("+14155552671"));
    let page = ada.get("/console/contacts?q=411").await;
    contains(&page, &["Bob", "Friends &#38; family"]);

    let form = [("form_token", token.clone())];
    let said = ada.post(&format!("{list}/duplicates"), &form).await;
    let page = followed(&mut ada, said).await;
    contains(&page, &["One duplicate is removed"]);

    let file = ada.get(&format!("{list}/export")).await;
    assert_eq!(file.status, StatusCode::OK);
    contains(&file, &["phone,first_name", "+61411111111", "Bob"]);

    let link = format!("href=\"{list}/");
    let numbers = page.text.split(&link).filter_map(|rest| {
        let number = rest.split('"').next()?;
        number.parse::<i64>().ok()
    });
    let contact = format!("{list}/{}", numbers.last().expect("a link to a contact"));
    let page = ada.get(&contact).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let mut fields = vec![("form_token", token.clone())];
    for name in [
        "first_name",
        "last_name",
        "email",
        "organization_name",
        "custom_1",
        "custom_2",
        "custom_3",
        "custom_4",
        "address_line_1",
        "address_city",
        "address_postal_code",
        "address_state",
        "address_country",
    ] {
        fields.push((
            name,
            if name == "last_name" {
                "Changed".to_owned()
            } else {
                String::new()
            },
        ));
    }
    fields.push(("phone_number", "nonsense".to_owned()));
    let refused = ada.post(&contact, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    contains(&refused, &["value=\"nonsense\"", "value=\"Changed\""]);
    fields.last_mut().unwrap().1 = "+14155552672".to_owned();
    let said = ada.post(&contact, &fields).await;
    let page = followed(&mut ada, said).await;
    contains(&page, &["Changed", "+14155552672"]);
    let said = ada.post(&format!("{contact}/delete"), &form).await;
    let page = followed(&mut ada, said).await;
    assert!(!page.text.contains("+14155552672"));
    let gone = ada.get(&contact).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);

    let unsure = ada.post(&format!("{list}/delete"), &form).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    let sure = [("form_token", token.clone()), ("sure", "yes".to_owned())];
    let said = ada.post(&format!("{list}/delete"), &sure).await;
    let page = followed(&mut ada, said).await;
    contains(&page, &["The list and its contacts are deleted"]);
    let actions: Vec<String> = bed.audit().await.into_iter().map(|e| e.action).collect();
    for action in [
        "list.create",
        "contact.create",
        "contact.change",
        "contact.delete",
        "list.remove_duplicates",
        "list.delete",
    ] {
        assert!(
            actions.iter().any(|one| one == action),
            "{action}: {actions:?}"
        );
    }
    let refused = actions
        .iter()
        .filter(|one| *one == "contact.create")
        .count();
    assert_eq!(refused, 3, "what was refused was not done");
}

#[tokio::test]
async fn a_file_is_uploaded_looked_at_and_imported() {
    let bed = Bed::open(false).await;
    bed.account("acme", false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let list = list(&mut ada).await;
    let page = ada.get(&format!("{list}/import")).await;
    let token = page.hidden("form_token");
    let csv = "First Name,Mobile\nAnn,+14155552671\nBob,nonsense\nCarl,+61411111111\n";
    let path = format!("{list}/upload");
    let strange = ada.upload(&path, &[("form_token", "another")], csv).await;
    assert_eq!(strange.status, StatusCode::FORBIDDEN);
    let none = ada.upload(&path, &[], csv).await;
    assert_eq!(
        none.status,
        StatusCode::FORBIDDEN,
        "the token stands before the file"
    );
    let empty = ada.upload(&path, &[("form_token", &token)], "").await;
    assert_eq!(
        empty.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        empty.text
    );
    let said = ada.upload(&path, &[("form_token", &token)], csv).await;
    let page = followed(&mut ada, said).await;
    contains(
        &page,
        &[
            "Column 1",
            "Carl",
            "<option value=\"first_name\" selected>",
            "<option value=\"phone\" selected>",
        ],
    );
    let fields = [
        ("form_token", token.clone()),
        ("file", page.hidden("file")),
        ("column_1", "first_name".to_owned()),
        ("column_2", String::new()),
    ];
    // Nobody can be reached by a first name; every row is bad, which the report says.
    let mut named = fields.clone();
    named[3].1 = "phone".to_owned();
    let path = format!("{list}/import");
    let mut twice = named.clone();
    twice[2].1 = "phone".to_owned();
    let refused = ada.post(&path, &twice).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    contains(&refused, &["is there twice"]);
    let said = ada.post(&path, &named).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let leads = said.header("location").to_owned();
    let report = loop {
        let page = ada.get(&leads).await;
        if page.text.contains("Completed") {
            break page;
        }
        assert!(!page.text.contains("Failed"), "{}", page.text);
        tokio::task::yield_now().await;
    };
    contains(&report, &["100 %", "not a telephone number"]);
    let page = ada.get(&list).await;
    contains(&page, &["Carl", "+14155552671"]);
    assert!(!page.text.contains("Bob"));
}

#[tokio::test]
async fn a_template_is_written_looked_at_changed_and_deleted() {
    let bed = Bed::open(false).await;
    let account = bed.account("acme", false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let page = ada.get("/console/templates").await;
    contains(&page, &["No templates yet"]);
    let page = ada.get("/console/templates/new").await;
    let fields = |button: &'static str, body: &str| {
        vec![
            ("form_token", page.hidden("form_token")),
            ("name", "Reminder".to_owned()),
            ("body", body.to_owned()),
            (button, String::new()),
        ]
    };
    let path = format!("/console/templates/{account}");
    let shown = ada
        .post(&path, &fields("preview", "Hello (First Name)\r\n<b>"))
        .await;
    contains(
        &shown,
        &["Hello Ann\n&#60;b&#62;", "1 segment: 13 of 160 units"],
    );
    let refused = ada.post(&path, &fields("save", " ")).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    let said = ada.post(&path, &fields("save", "Hello (First Name)")).await;
    let place = said
        .header("location")
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let saved = followed(&mut ada, said).await;
    contains(&saved, &["Saved.", "Hello Ann"]);
    let said = ada.post(&place, &fields("save", "Bye {last_name}")).await;
    let saved = followed(&mut ada, said).await;
    contains(&saved, &["Bye Example"]);
    contains(
        &ada.get("/console/templates").await,
        &["Reminder", "Bye {last_name}"],
    );
    let form = [("form_token", page.hidden("form_token"))];
    let said = ada.post(&format!("{place}/delete"), &form).await;
    let list = followed(&mut ada, said).await;
    contains(&list, &["The template is deleted", "No templates yet"]);
    assert_eq!(ada.get(&place).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_campaign_is_priced_sent_and_withdrawn() {
    let bed = Bed::open(false).await;
    let account = bed.account("acme", false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    contains(&ada.get("/console/campaigns").await, &["No campaigns yet"]);
    contains(
        &ada.get("/console/campaigns/new").await,
        &["There is no list to send to"],
    );
    let list = list(&mut ada).await;
    let page = ada.get(&list).await;
    let token = page.hidden("form_token");
    let fields = [
        ("form_token", token.clone()),
        ("phone_number", "+14155552671".to_owned()),
    ];
    ada.post(&format!("{list}/add"), &fields).await;
    let id = list.rsplit('/').next().unwrap().to_owned();
    let fields = |button: &'static str, body: &str, at: &str| {
        vec![
            ("form_token", token.clone()),
            ("account", account.to_string()),
            ("list", id.clone()),
            ("name", "Spring".to_owned()),
            ("from", String::new()),
            ("body", body.to_owned()),
            ("at", at.to_owned()),
            (button, String::new()),
        ]
    };
    let path = "/console/campaigns/new";
    let priced = ada
        .post(path, &fields("price", "Hello (First Name)", ""))
        .await;
    contains(
        &priced,
        &["1 message for", "USD", "Nothing is sent yet", "Hello Ann"],
    );
    contains(&ada.get("/console/campaigns").await, &["No campaigns yet"]);
    for (body, at, said) in [("", "", "body"), ("x", "soon", "Write the time as")] {
        let refused = ada.post(path, &fields("send", body, at)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        contains(&refused, &[said]);
    }
    let said = ada
        .post(path, &fields("send", "Hello", "2099-01-31T09:00"))
        .await;
    let place = said.header("location").to_owned();
    let shown = followed(&mut ada, said).await;
    contains(
        &shown,
        &["Scheduled", "2099-01-31 09:00:00", "Cancel the campaign"],
    );
    let form = [("form_token", token.clone())];
    let said = ada.post(&format!("{place}/cancel"), &form).await;
    let shown = followed(&mut ada, said).await;
    contains(&shown, &["Cancelled"]);
    assert!(!shown.text.contains("Cancel the campaign"));
    let said = ada.post(&format!("{place}/cancel"), &form).await;
    followed(&mut ada, said).await;
    let said = ada.post(path, &fields("send", "Hello", "")).await;
    let place = said.header("location").to_owned();
    bed.platform.run_campaigns().await.unwrap();
    contains(&ada.get(&place).await, &["Sent", "100 %"]);
    contains(
        &ada.get("/console/campaigns").await,
        &["Spring", "Friends &#38; family"],
    );
    let made = bed.audit().await;
    let made = made
        .iter()
        .filter(|entry| entry.action == "campaign.create");
    assert_eq!(
        made.count(),
        2,
        "on record with what was made, and only then"
    );
}

#[tokio::test]
async fn forms_of_others_and_pages_for_nobody() {
    let bed = Bed::open(false).await;
    let account = bed.account("acme", false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    for path in [
        "/console/contacts".to_owned(),
        format!("/console/contacts/{account}/1/delete"),
        format!("/console/templates/{account}"),
        "/console/campaigns/new".to_owned(),
        "/console/simulator/chaos".to_owned(),
        "/console/simulator/clock".to_owned(),
        "/console/phone/handset".to_owned(),
        "/console/phone/handle".to_owned(),
    ] {
        let fields = [
            ("form_token", "another".to_owned()),
            ("account", account.to_string()),
        ];
        let said = ada.post(&path, &fields).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in [
        format!("/console/contacts/{account}/999"),
        format!("/console/contacts/{account}/999/import"),
        format!("/console/campaigns/{account}/999"),
        format!("/console/templates/{account}/999"),
    ] {
        assert_eq!(ada.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        let said = Visitor::new(&bed).get(&path).await;
        assert_eq!(
            said.header("location"),
            format!("/console/sign-in?next={path}")
        );
    }
}
