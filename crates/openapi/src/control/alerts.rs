//! `/alerts`: what an operator should hear of, and where it is told.

use postern_wire::control::{
    AlertEndpointDeleted, AlertEndpointList, AlertList, AlertReplay, AlertTest, AlertTries,
    CreatedAlertEndpoint, NewAlertEndpoint,
};
use serde_json::json;

use super::keys::before;
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, instant, limit};

const ABOVE: &[&str] = &["wider_than_caller", "test_key"];

pub(super) fn tag() -> Tag {
    Tag {
        name: "Alerts",
        description: "What an operator should hear of before it is too late, and the addresses that are told, signed as Standard Webhooks has it.",
        operations: vec![
            Operation::new("GET", "/alerts", "listAlerts", "List alerts")
                .says("Newest first.")
                .with([before(), limit(200)])
                .answers::<AlertList>(200, "One page.")
                .refuses(ABOVE),
            Operation::new(
                "GET",
                "/alerts/endpoints",
                "listAlertEndpoints",
                "Who is told",
            )
            .answers::<AlertEndpointList>(200, "All endpoints.")
            .refuses(ABOVE),
            Operation::new(
                "POST",
                "/alerts/endpoints",
                "createAlertEndpoint",
                "Tell an address",
            )
            .says("The secret that calls are signed with is shown once.")
            .takes::<NewAlertEndpoint>(json!({"url": "https://ops.example.com/alerts"}))
            .answers::<CreatedAlertEndpoint>(201, "The endpoint, and its secret.")
            .refuses(&["too_many_endpoints"])
            .refuses(ABOVE),
            Operation::new(
                "DELETE",
                "/alerts/endpoints/{endpoint_id}",
                "deleteAlertEndpoint",
                "Tell an address no more",
            )
            .answers::<AlertEndpointDeleted>(200, "It is gone.")
            .refuses(&["endpoint_not_found"])
            .refuses(ABOVE),
            Operation::new(
                "POST",
                "/alerts/endpoints/{endpoint_id}/test",
                "testAlertEndpoint",
                "Try an endpoint",
            )
            .says("An alert of kind `test` goes to this endpoint alone.")
            .answers::<AlertTest>(200, "It is on its way.")
            .refuses(&["endpoint_not_found"])
            .refuses(ABOVE),
            Operation::new(
                "GET",
                "/alerts/endpoints/{endpoint_id}/tries",
                "listAlertTries",
                "Every call to an endpoint",
            )
            .says("Newest first, as long as the alert is listed.")
            .with([
                Parameter::query("before", "`next` of the page before.", instant()),
                limit(200),
            ])
            .answers::<AlertTries>(200, "One page.")
            .refuses(&["endpoint_not_found"])
            .refuses(ABOVE),
            Operation::new(
                "POST",
                "/alerts/endpoints/{endpoint_id}/replay",
                "replayAlert",
                "Tell an endpoint an alert again",
            )
            .says("With the same `webhook-id`.")
            .takes::<AlertReplay>(json!({"alert_id": "alert_17"}))
            .answers::<AlertTest>(200, "It is on its way.")
            .refuses(&["alert_not_found"])
            .refuses(ABOVE),
        ],
    }
}
