//! Every path on one page.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post, put};

use crate::error::ApiError;
use crate::limit::limit;
use crate::state::PlatformState;
use crate::{account, countries, sms, templates};

/// The whole surface, ready to be served or called in process.
pub fn router(state: PlatformState) -> Router {
    let routes: Vec<(&str, MethodRouter<PlatformState>)> = vec![
        ("/v3/account", get(account::view)),
        ("/v3/countries", countries::list()),
        ("/v3/sms/send", post(sms::send)),
        ("/v3/sms/price", post(sms::price)),
        ("/v3/sms/history", get(sms::history)),
        ("/v3/sms/receipts", get(sms::receipts)),
        ("/v3/sms/receipts/{message_id}", get(sms::receipt)),
        ("/v3/sms/cancel-all", put(sms::cancel_all)),
        ("/v3/sms/{message_id}/cancel", put(sms::cancel)),
        (
            "/v3/sms/templates",
            get(templates::list).post(templates::create),
        ),
        (
            "/v3/sms/templates/{template_id}",
            get(templates::view)
                .put(templates::update)
                .delete(templates::delete),
        ),
    ];
    let mut router = Router::new();
    for (path, methods) in routes {
        // SDK generations disagree about the trailing slash, and a PUT must not be redirected.
        router = router
            .route(path, methods.clone())
            .route(&format!("{path}/"), methods);
    }
    router
        // The live service answers a wrong method like an unknown path, and both before it asks who is calling.
        .method_not_allowed_fallback(async || ApiError::UnknownEndpoint)
        .route_layer(from_fn_with_state(state.clone(), limit))
        .fallback(async || ApiError::UnknownEndpoint)
        .with_state(state)
}
