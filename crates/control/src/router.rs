//! All routes on one page, and the steps around them.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post, put};

use crate::state::ControlState;
use crate::{
    accounts, approvals, apps, audit, connect, connections, finish, freeze, guard, hooks, inbox,
    keys, operators, sends, usage, user, vault, webhooks,
};

/// The control plane and the connect page. Whoever listens puts [`postern_access::Peer`] and
/// [`postern_access::RequestId`] into each request's extensions.
pub fn router(state: ControlState) -> Router {
    let api = Router::new()
        .route("/user", get(user::read_user))
        .route("/apps", get(apps::list_apps))
        .route("/keys", get(keys::list_keys).post(keys::create_key))
        .route(
            "/keys/{key_id}",
            get(keys::read_key)
                .patch(keys::change_key)
                .delete(keys::revoke_key),
        )
        .route("/keys/{key_id}/rotate", post(keys::rotate_key))
        .route("/keys/{key_id}/allowance", get(keys::read_allowance))
        .route(
            "/connections",
            get(connections::list_connections).post(connections::create_connection),
        )
        .route(
            "/connections/{connection_id}",
            get(connections::read_connection)
                .patch(connections::change_connection)
                .delete(connections::delete_connection),
        )
        .route(
            "/connections/{connection_id}/reconnect",
            post(connections::reconnect),
        )
        .route(
            "/connections/{connection_id}/verify",
            post(connections::verify_connection),
        )
        .route(
            "/connections/{connection_id}/hook",
            post(connections::hook_connection),
        )
        .route(
            "/accounts",
            get(accounts::list_accounts).post(accounts::create_account),
        )
        .route(
            "/accounts/{account_id}",
            get(accounts::read_account).patch(accounts::change_account),
        )
        .route(
            "/accounts/{account_id}/credit",
            post(accounts::credit_account),
        )
        .route(
            "/accounts/{account_id}/key",
            post(accounts::rotate_account_key),
        )
        .route("/alerts", get(crate::alerts::list_alerts))
        .route(
            "/alerts/endpoints",
            get(crate::alerts::list_endpoints).post(crate::alerts::create_endpoint),
        )
        .route(
            "/alerts/endpoints/{endpoint_id}",
            axum::routing::delete(crate::alerts::delete_endpoint),
        )
        .route(
            "/alerts/endpoints/{endpoint_id}/test",
            post(crate::alerts::test_endpoint),
        )
        .route(
            "/alerts/endpoints/{endpoint_id}/tries",
            get(crate::alerts::list_tries),
        )
        .route(
            "/alerts/endpoints/{endpoint_id}/replay",
            post(crate::alerts::replay),
        )
        .route("/usage", get(usage::read_usage))
        .route("/webhooks", get(webhooks::list_webhooks))
        .route("/webhooks/pushes", get(webhooks::list_pushes))
        .route("/webhooks/pushes/{push_id}", get(webhooks::read_push))
        .route(
            "/webhooks/pushes/{push_id}/replay",
            post(webhooks::replay_push),
        )
        .route(
            "/freeze",
            get(freeze::list_freezes)
                .post(freeze::freeze)
                .delete(freeze::unfreeze),
        )
        .route("/events", get(crate::events::read_events))
        .route("/inbox", get(inbox::read_inbox).delete(inbox::empty_inbox))
        .route("/inbox/replies", post(inbox::reply))
        .route(
            "/inbox/chaos",
            get(inbox::read_chaos)
                .patch(inbox::change_chaos)
                .delete(inbox::reset_chaos),
        )
        .route("/inbox/handsets", get(inbox::list_handsets))
        .route("/inbox/handsets/{number}", put(inbox::put_handset))
        .route("/inbox/waiting/{message_id}", post(inbox::handle_waiting))
        .route(
            "/inbox/clock",
            get(inbox::read_clock)
                .post(inbox::set_clock)
                .delete(inbox::reset_clock),
        )
        .route("/sends", get(sends::list_sends))
        .route("/sends/{send_id}", get(sends::read_send))
        .route("/sends/{send_id}/resolve", post(sends::resolve_send))
        .route(
            "/limits",
            get(crate::installation::read_limits).put(crate::installation::put_limits),
        )
        .route("/audit", get(audit::list_audit))
        .route("/audit/{audit_id}", get(audit::read_record))
        .route("/audit/chain", get(audit::read_chain))
        .route("/audit/key", get(audit::read_audit_key))
        .route("/audit/export", get(audit::export_audit))
        .route(
            "/accounts/{account_id}/transfers/{source}",
            get(accounts::transfer_places).post(accounts::transfer),
        )
        .route("/approvals", get(approvals::list_approvals))
        .route("/approvals/webhook-secret", get(approvals::read_secret))
        .route("/approvals/{approval_id}", get(approvals::read_approval))
        .route("/approvals/{approval_id}/approve", post(approvals::approve))
        .route("/approvals/{approval_id}/deny", post(approvals::deny))
        .route(
            "/operators",
            get(operators::list_operators).post(operators::create_operator),
        )
        .route("/operators/{name}", patch(operators::change_operator))
        .route("/operators/{name}/password", post(operators::set_password))
        .route("/operators/{name}/link", post(operators::make_link))
        .route("/vault/rotate", post(vault::rotate_ring))
        .route("/vault/pepper/rotate", post(vault::rotate_pepper))
        .route_layer(from_fn_with_state(state.clone(), guard::guard));
    Router::new()
        .merge(api)
        .merge(connect::routes(state.clone()))
        .merge(operators::session_routes())
        .route("/hooks/{token}", get(hooks::hear).post(hooks::hear))
        // The gateway answers it; here only so that `Allow` says what it takes, and not what `/sends/{send_id}` does.
        .route("/sends/preview", post(|| async { guard::not_here() }))
        .fallback(|| async { guard::not_here() })
        .method_not_allowed_fallback(|| async { guard::wrong_method() })
        .layer(from_fn_with_state(state.clone(), finish::finish))
        .with_state(state)
}
