//! `/approvals`: everybody sees what they may, operators decide.

use serde_json::{Value, json};

use crate::bed::Bed;

const PASSWORD: &str = "a password of ada";

async fn signed_in(bed: &Bed) -> String {
    let new = json!({"name": "ada", "password": PASSWORD});
    bed.post("/operators", new).await.expect(201);
    bed.sign_in("ada", PASSWORD).await
}

#[tokio::test]
async fn everybody_sees_what_they_may() {
    let bed = Bed::open().await;
    let ada = signed_in(&bed).await;
    let (own, _) = bed.held(&bed.agent_id, "{\"a\":1}").await;
    let (other, _) = bed.held(&bed.full_id, "{\"b\":1}").await;
    let ids = |said: Value| -> Vec<String> {
        let list = said["approvals"].as_array().unwrap().clone();
        list.iter()
            .map(|one| one["approval_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let both = vec![other.clone(), own.clone()];
    assert_eq!(
        ids(bed.get(&bed.full, "/approvals").await.expect(200)),
        both
    );
    assert_eq!(ids(bed.get(&ada, "/approvals").await.expect(200)), both);
    assert_eq!(
        ids(bed.get(&bed.agent, "/approvals").await.expect(200)),
        vec![own.clone()]
    );
    let first = bed.get(&ada, "/approvals?limit=1").await.expect(200);
    let next = first["next"].as_str().unwrap();
    let rest = bed
        .get(&ada, &format!("/approvals?limit=1&before={next}"))
        .await
        .expect(200);
    assert_eq!(ids(rest), vec![own.clone()]);
    assert_eq!(
        bed.get(&ada, "/approvals?state=odd").await.refusal(422).1,
        "state"
    );
    let hidden = bed
        .get(&bed.agent, &format!("/approvals/{other}?wait=60"))
        .await;
    assert_eq!(hidden.refusal(404).0, "approval_not_found");
    assert_eq!(
        bed.get(&ada, &format!("/approvals/{own}?wait=61"))
            .await
            .refusal(422)
            .1,
        "wait"
    );
    let shown = bed
        .get(&ada, &format!("/approvals/{own}"))
        .await
        .expect(200);
    assert_eq!(shown["request"]["body"], "{\"a\":1}");
    for key in [&bed.agent, &bed.full] {
        let shown = bed.get(key, &format!("/approvals/{own}")).await.expect(200);
        assert_eq!(shown.get("request"), None);
    }
}

#[tokio::test]
async fn only_operators_decide_about_what_they_saw() {
    let bed = Bed::open().await;
    let ada = signed_in(&bed).await;
    let (id, digest) = bed.held(&bed.agent_id, "{}").await;
    let approve = format!("/approvals/{id}/approve");
    for key in [&bed.full, &bed.agent] {
        let said = bed
            .ask(key, "POST", &approve, json!({"digest": digest}))
            .await;
        assert_eq!(said.refusal(403).0, "forbidden");
    }
    let refused: Vec<_> = bed
        .audit()
        .await
        .into_iter()
        .filter(|e| e.action == "approval.approve")
        .collect();
    assert_eq!(refused.len(), 2);
    let said = bed.ask(&ada, "POST", &approve, json!({})).await;
    assert_eq!(said.refusal(422).1, "digest");
    let said = bed
        .ask(&ada, "POST", &approve, json!({"digest": "00"}))
        .await;
    assert_eq!(said.refusal(409).0, "approval_changed");
    let said = bed
        .ask(&ada, "POST", &approve, json!({"digest": digest}))
        .await
        .expect(200);
    assert_eq!(said["state"], "approved");
    let deny = format!("/approvals/{id}/deny");
    let said = bed
        .ask(&ada, "POST", &deny, json!({"digest": digest}))
        .await;
    assert_eq!(said.refusal(409).0, "approval_decided");
    let said = bed
        .ask(
            &ada,
            "POST",
            "/approvals/none/deny",
            json!({"digest": digest}),
        )
        .await;
    assert_eq!(said.refusal(404).0, "approval_not_found");
}

#[tokio::test]
async fn what_waits_survives_a_new_vault_key_and_the_retirement_of_the_old() {
    let bed = Bed::open().await;
    let ada = signed_in(&bed).await;
    let (id, _) = bed.held(&bed.agent_id, "{\"kept\":1}").await;
    let secret = bed
        .get(&bed.full, "/approvals/webhook-secret")
        .await
        .expect(200);
    assert!(secret["secret"].as_str().unwrap().starts_with("whsec_"));
    bed.post("/vault/rotate", json!({"retire": true}))
        .await
        .expect(200);
    let shown = bed.get(&ada, &format!("/approvals/{id}")).await.expect(200);
    assert_eq!(shown["request"]["body"], "{\"kept\":1}");
    assert_eq!(
        bed.get(&bed.full, "/approvals/webhook-secret")
            .await
            .expect(200),
        secret
    );
}
