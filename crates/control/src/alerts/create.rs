//! `POST /alerts/endpoints`: another place that is told; its secret is answered once.

use axum::extract::State;
use axum::{Extension, Json};
use http::{StatusCode, Uri};
use postern_access::time_ordered;
use postern_apps::Origin;
use postern_store::alerts::{self, ENDPOINTS_MAX, Endpoint, FIELD, sealing_owner};
use postern_store::settings::TENANT;
use postern_store::{Lane, audit};
use postern_vault::{Aad, webhook};
use postern_wire::control::{CreatedAlertEndpoint, NewAlertEndpoint};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::shown;
use crate::accounts::unnarrowed;
use crate::audit::change;
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

const URL_BYTES_MAX: usize = 1000;

pub(crate) async fn create_endpoint(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<NewAlertEndpoint>,
) -> Result<(StatusCode, Json<CreatedAlertEndpoint>), Refusal> {
    unnarrowed(&context.caller)?;
    let url = address(&request.url)?;
    let now = state.now();
    let endpoint_id = time_ordered(now);
    let secret = webhook::create_secret();
    let owner = sealing_owner(&endpoint_id);
    let aad = Aad {
        tenant: TENANT,
        owner: &owner,
        field: FIELD,
    };
    let sealing = state.sealing.read().await;
    let endpoint = Endpoint {
        endpoint_id: endpoint_id.clone(),
        url: url.clone(),
        secret_sealed: state.vault.seal(&aad, secret.expose_secret()).0,
        created_at: now,
        tried_at: None,
        problem: None,
    };
    // An address may hold a token of its own: the host is enough to recognise it by.
    let host = url.parse::<Uri>().ok();
    let host = host.as_ref().and_then(Uri::host).unwrap_or_default();
    let object = ("alert_endpoint", endpoint_id.as_str());
    let entry = change(&context, now, object, &json!({"host": host}));
    let new = endpoint.clone();
    let added = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let added = alerts::add_endpoint(tx, &new)?;
            if added {
                audit::record(tx, &entry)?;
            }
            Ok(added)
        })
        .await?;
    drop(sealing);
    if !added {
        let message = format!("there are {ENDPOINTS_MAX} alert endpoints; more are not told");
        return Err(Refusal::conflict("too_many_endpoints", message).hint("delete one first"));
    }
    let answer = CreatedAlertEndpoint {
        endpoint: shown(&endpoint),
        secret: webhook::secret_text(&secret).expose_secret().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// What can be called. Whether it may be called is decided with each call.
fn address(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let is_one = text.len() <= URL_BYTES_MAX
        && text.parse::<Uri>().is_ok_and(|uri| {
            let origin = uri.scheme_str().zip(uri.authority());
            origin.is_some_and(|(scheme, authority)| {
                Origin::parse(&format!("{scheme}://{authority}")).is_ok()
            })
        });
    let refusal = || Refusal::invalid("url", "`url` must be a whole http or https address");
    is_one.then(|| text.to_owned()).ok_or_else(refusal)
}
