//! `/v3/timezones`, `/v3/country-list` and `/v3/user-countries`.

use serde_json::json;

use crate::world::World;

const NOW: i64 = postern_testkit::FixedClock::START.0 / 1_000_000;

#[tokio::test]
async fn timezones_are_a_plain_list_of_names() {
    let world = World::new().await;
    let answer = world.get("/v3/timezones?page=1").await;
    assert_eq!(answer.body["response_msg"], "List of timezones.");
    let names = answer.data().as_array().unwrap();
    assert_eq!(
        (names.len(), &names[0], &names[424]),
        (425, &json!("Africa/Abidjan"), &json!("UTC"))
    );
}

#[tokio::test]
async fn countries_are_numbered_and_lie_somewhere() {
    let world = World::new().await;
    let answer = world.get("/v3/country-list").await;
    let countries = answer.data().as_array().unwrap();
    assert_eq!(
        countries[0],
        json!({"id": 1, "name": "Australia", "code": "AU", "region": "Oceania"})
    );
    assert!(countries.iter().all(|c| c["region"] != ""));
}

#[tokio::test]
async fn a_selection_is_kept_replaced_and_agreed_to() {
    let world = World::new().await;
    assert_eq!(world.get("/v3/user-countries").await.data(), &json!([]));
    let selected = world
        .post("/v3/user-countries", json!({"country_list_ids": [1, "2"]}))
        .await;
    assert_eq!(
        selected.body["response_msg"],
        "Here are your countries selection."
    );
    assert_eq!(
        selected.data()[0],
        json!({"id": 1, "name": "Australia", "code": "AU", "region": "Oceania", "agreed_at": null, "registration_entity": null,
            "registration_status": {"id": 1, "name": "NOT_INITIATED"}, "jotform_id": "", "sms_registration_type": 0,
            "block_registration": false, "block_leads": false, "trial_from_address": "", "restricted_sending": false,
            "trial_sending": 0, "trial_sending_description": "", "has_regulation_requirements": 0, "registration_steps_url": "",
            "regulation_requirements_description": ""})
    );
    let agreed = world
        .post("/v3/user-countries/agree", json!({"country_list_ids": [1]}))
        .await;
    assert_eq!(
        (
            &agreed.data()[0]["agreed_at"],
            &agreed.data()[1]["agreed_at"]
        ),
        (&json!(NOW), &json!(null))
    );
    // The older generation agrees without a body.
    world.clock.advance_seconds(5);
    let agreed = world.post_text("/v3/user-countries/agree", "").await;
    assert_eq!(
        (
            &agreed.data()[0]["agreed_at"],
            &agreed.data()[1]["agreed_at"]
        ),
        (&json!(NOW), &json!(NOW + 5))
    );
    world
        .post("/v3/user-countries", json!({"country_list_ids": [1]}))
        .await
        .data();
    let kept = world.get("/v3/user-countries").await;
    assert_eq!(kept.data().as_array().unwrap().len(), 1);
    assert_eq!(kept.data()[0]["agreed_at"], NOW);
    for (body, told) in [
        (json!({}), "country_list_ids is missing."),
        (
            json!({"country_list_ids": [999]}),
            "country_list_ids: 999 is not in GET /v3/country-list.",
        ),
    ] {
        assert_eq!(world.post("/v3/user-countries", body).await.error().2, told);
    }
}
