//! Chaos, the sandbox's clock and handsets by plain forms.

use http::StatusCode;
use postern_domain::account::AccountId;
use postern_domain::chaos::Handset;
use postern_store::simulator;

use crate::bed::{Bed, Visitor};

#[tokio::test]
async fn chaos_is_made_and_taken_back() {
    let bed = Bed::open(false).await;
    let account = bed.account("acme", false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let page = ada.get("/console/simulator").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(
        !page.text.contains("sandbox's clock"),
        "a live account has none"
    );
    let fields = |lost: &str, throttled: &str| {
        [
            ("form_token", page.hidden("form_token")),
            ("account", account.to_string()),
            ("lost_receipts", lost.to_owned()),
            ("throttled", throttled.to_owned()),
            ("delay_max", "500".to_owned()),
            ("failure_12", "10".to_owned()),
            ("seed", "7".to_owned()),
        ]
    };
    let path = "/console/simulator/chaos";
    let refused = ada.post(path, &fields("2.5", "95")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("throttled") && refused.text.contains("value=\"95\""));
    let refused = ada.post(path, &fields("many", "")).await;
    assert!(
        refused.text.contains("Lost receipts: write a percentage"),
        "{}",
        refused.text
    );
    let said = ada.post(path, &fields("2,5", "50")).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let all = bed.store.read(simulator::all).await.unwrap();
    let chaos = &all[&AccountId(account)].chaos;
    assert_eq!(
        (chaos.lost_receipts.get(), chaos.throttled.get(), chaos.seed),
        (25, 500, 7)
    );
    assert_eq!(chaos.failures.len(), 1);
    let leads = said.header("location").to_owned();
    let page = ada.get(&leads).await;
    assert!(page.text.contains("value=\"2.5\"") && page.text.contains("No chaos any more"));
    let form = [
        ("form_token", page.hidden("form_token")),
        ("account", account.to_string()),
    ];
    ada.post("/console/simulator/reset", &form).await;
    assert!(bed.store.read(simulator::all).await.unwrap().is_empty());
    let actions: Vec<_> = bed
        .audit()
        .await
        .into_iter()
        .map(|e| (e.action, e.actor_id))
        .collect();
    for action in ["chaos.change", "chaos.reset"] {
        assert!(
            actions.contains(&(action.to_owned(), "id-ada".to_owned())),
            "{actions:?}"
        );
    }
}

#[tokio::test]
async fn a_sandbox_is_moved_through_time() {
    let bed = Bed::open(false).await;
    let account = bed.account("sandbox", true).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let page = ada.get("/console/simulator").await;
    assert!(page.text.contains("everybody&#39;s time") || page.text.contains("everybody's time"));
    let mut post = async |name: &'static str, value: &str| {
        let fields = [
            ("form_token", page.hidden("form_token")),
            ("account", account.to_string()),
            (name, value.to_owned()),
        ];
        let said = ada.post("/console/simulator/clock", &fields).await;
        match said.status {
            StatusCode::SEE_OTHER => {
                let leads = said.header("location").to_owned();
                ada.get(&leads).await
            }
            _ => said,
        }
    };
    assert!(post("do", "1h").await.text.contains("3600 s ahead"));
    assert!(post("advance", "1d").await.text.contains("90000 s ahead"));
    assert!(post("do", "freeze").await.text.contains("stands"));
    assert!(post("do", "go").await.text.contains("s ahead"));
    assert!(post("do", "reset").await.text.contains("The clock is set"));
    let refused = post("advance", "soon").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_handset_is_switched_off_by_a_form() {
    let bed = Bed::open(false).await;
    let account = bed.account("acme", false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let page = ada.get("/console/phone?number=%2B15551234567").await;
    let mut fields = vec![
        ("form_token", page.hidden("form_token")),
        ("account", account.to_string()),
        ("number", "+15551234567".to_owned()),
        ("state", "off".to_owned()),
    ];
    let said = ada.post("/console/phone/handset", &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let all = bed.store.read(simulator::all).await.unwrap();
    assert_eq!(
        all[&AccountId(account)].handsets["+15551234567"],
        Handset::Off
    );
    let page = ada.get("/console/simulator").await;
    assert!(page.text.contains("switched off"));
    fields[3] = ("message", "00000000-0000-7000-8000-000000000000".to_owned());
    fields.push(("do", "refuse".to_owned()));
    let said = ada.post("/console/phone/handle", &fields).await;
    assert!(
        said.header("location").ends_with("&problem=over"),
        "{}",
        said.text
    );
}
