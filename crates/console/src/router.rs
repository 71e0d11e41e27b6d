//! All routes on one page.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::state::ConsoleState;
use crate::{
    approvals, audit, campaigns, connections, contacts, frozen, keys, link, messages, phone,
    sign_in, sign_out, simulator, templates, usage, webhooks,
};

/// A form of ours is far smaller.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// Whoever listens puts [`postern_access::Peer`] and [`postern_access::RequestId`] into each request's extensions.
pub fn router(state: ConsoleState) -> Router {
    Router::new()
        .route(
            "/console",
            get(|| async { Redirect::to("/console/messages") }),
        )
        .route("/console/messages", get(messages::list_messages))
        .route(
            "/console/messages/{account_id}/{message_id}",
            get(messages::show_message),
        )
        .route("/console/messages/received", get(messages::list_received))
        .route(
            "/console/messages/{account_id}/received/{message_id}",
            get(messages::show_received),
        )
        .route(
            "/console/phone",
            get(phone::show_phone).post(phone::write_back),
        )
        .route("/console/phone/handset", post(phone::put_handset))
        .route("/console/phone/handle", post(phone::handle))
        .route("/console/simulator", get(simulator::show_simulator))
        .route("/console/simulator/chaos", post(simulator::change_chaos))
        .route("/console/simulator/reset", post(simulator::reset_chaos))
        .route("/console/simulator/clock", post(simulator::move_clock))
        .merge(people())
        .merge(calls())
        .route("/console/approvals", get(approvals::list_approvals))
        .route(
            "/console/approvals/{approval_id}",
            get(approvals::view_approval),
        )
        .route(
            "/console/approvals/{approval_id}/approve",
            post(approvals::approve),
        )
        .route(
            "/console/approvals/{approval_id}/deny",
            post(approvals::deny),
        )
        .route("/console/keys", get(keys::list_keys))
        .route(
            "/console/keys/new",
            get(keys::create_form).post(keys::create_key),
        )
        .route("/console/keys/{key_id}", get(keys::view_key))
        .route(
            "/console/keys/{key_id}/change",
            get(keys::change_form).post(keys::change_key),
        )
        .route(
            "/console/keys/{key_id}/rotate",
            get(keys::rotate_form).post(keys::rotate_key),
        )
        .route(
            "/console/keys/{key_id}/revoke",
            get(keys::revoke_form).post(keys::revoke_key),
        )
        .route("/console/connections", get(connections::list_connections))
        .route(
            "/console/connections/new",
            get(connections::create_form).post(connections::create_connection),
        )
        .route(
            "/console/connections/{connection_id}",
            get(connections::view_connection),
        )
        .route(
            "/console/connections/{connection_id}/change",
            get(connections::change_form).post(connections::change_connection),
        )
        .route(
            "/console/connections/{connection_id}/verify",
            post(connections::verify),
        )
        .route(
            "/console/connections/{connection_id}/reconnect",
            post(connections::reconnect),
        )
        .route(
            "/console/connections/{connection_id}/delete",
            get(connections::delete_form).post(connections::delete_connection),
        )
        .route(
            "/console/{kind}/{id}/freeze",
            get(frozen::freeze_form).post(frozen::freeze),
        )
        .route(
            "/console/{kind}/{id}/unfreeze",
            get(frozen::unfreeze_form).post(frozen::unfreeze),
        )
        .route("/console/audit", get(audit::list_audit))
        .route("/console/audit/verify", post(audit::verify))
        .route("/console/audit/export", get(audit::export))
        .route("/console/audit/{audit_id}", get(audit::view_record))
        .route("/console/usage", get(usage::show_usage))
        .route(
            "/console/sign-in",
            get(sign_in::show_form).post(sign_in::submit_form),
        )
        .route("/console/sign-out", post(sign_out::sign_out))
        .route("/console/link", get(link::show_link).post(link::spend_link))
        .route("/assets/console.css", get(stylesheet))
        .route("/assets/console.js", get(script))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(state)
}

/// Addresses that are called.
fn calls() -> Router<ConsoleState> {
    const ONE: &str = "/console/webhooks/of/{account}/{on}/{rule_id}";
    const PUSH: &str = "/console/webhooks/pushes/{account}/{push_id}";
    const ENDPOINT: &str = "/console/webhooks/endpoints/{endpoint_id}";
    Router::new()
        .route("/console/webhooks", get(webhooks::list_webhooks))
        .route(
            "/console/webhooks/new",
            get(webhooks::create_form).post(webhooks::create_webhook),
        )
        .route(ONE, get(webhooks::view_webhook))
        .route(&format!("{ONE}/test"), post(webhooks::test_webhook))
        .route(&format!("{ONE}/switch"), post(webhooks::switch_webhook))
        .route(
            &format!("{ONE}/delete"),
            get(webhooks::delete_form).post(webhooks::delete_webhook),
        )
        .route(PUSH, get(webhooks::view_push))
        .route(&format!("{PUSH}/replay"), post(webhooks::replay_push))
        .route(ENDPOINT, get(webhooks::view_endpoint))
        .route(&format!("{ENDPOINT}/test"), post(webhooks::test_endpoint))
        .route(&format!("{ENDPOINT}/replay"), post(webhooks::replay_alert))
        .route(
            &format!("{ENDPOINT}/delete"),
            get(webhooks::delete_endpoint_form).post(webhooks::delete_endpoint),
        )
}

/// Contacts, templates and campaigns.
fn people() -> Router<ConsoleState> {
    Router::new()
        .route(
            "/console/contacts",
            get(contacts::show_lists).post(contacts::create_list),
        )
        .route(
            "/console/contacts/{account}/{list}",
            get(contacts::show_list),
        )
        .route(
            "/console/contacts/{account}/{list}/add",
            post(contacts::add_contact),
        )
        .route(
            "/console/contacts/{account}/{list}/rename",
            post(contacts::rename_list),
        )
        .route(
            "/console/contacts/{account}/{list}/duplicates",
            post(contacts::remove_duplicates),
        )
        .route(
            "/console/contacts/{account}/{list}/delete",
            post(contacts::delete_list),
        )
        .route(
            "/console/contacts/{account}/{list}/export",
            get(contacts::export_list),
        )
        .route(
            "/console/contacts/{account}/{list}/upload",
            post(contacts::upload_file),
        )
        .route(
            "/console/contacts/{account}/{list}/import",
            get(contacts::choose_columns).post(contacts::begin_import),
        )
        .route(
            "/console/contacts/{account}/{list}/imports/{job}",
            get(contacts::show_import),
        )
        .route(
            "/console/contacts/{account}/{list}/{contact}",
            get(contacts::edit_contact).post(contacts::save_contact),
        )
        .route(
            "/console/contacts/{account}/{list}/{contact}/delete",
            post(contacts::delete_contact),
        )
        .route("/console/templates", get(templates::list_templates))
        .route("/console/templates/new", get(templates::new_template))
        .route(
            "/console/templates/{account}",
            post(templates::create_template),
        )
        .route(
            "/console/templates/{account}/{template}",
            get(templates::edit_template).post(templates::save_template),
        )
        .route(
            "/console/templates/{account}/{template}/delete",
            post(templates::delete_template),
        )
        .route("/console/campaigns", get(campaigns::list_campaigns))
        .route(
            "/console/campaigns/new",
            get(campaigns::new_campaign).post(campaigns::make_campaign),
        )
        .route(
            "/console/campaigns/{account}/{campaign}",
            get(campaigns::show_campaign),
        )
        .route(
            "/console/campaigns/{account}/{campaign}/cancel",
            post(campaigns::cancel_campaign),
        )
}

/// The pages ask for it with the version in the query, so it may be kept.
async fn stylesheet() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=86400"),
        ],
        include_str!("../assets/console.css"),
    )
}

async fn script() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=86400"),
        ],
        include_str!("../assets/console.js"),
    )
}
