//! `GET /apps`: what can be connected, as far as the key reaches.

use axum::extract::State;
use axum::{Extension, Json};
use postern_apps::App;
use postern_wire::control::{self, AppList, Field};

use crate::connections::platform_speaks;
use crate::guard::Context;
use crate::state::ControlState;

pub(crate) async fn list_apps(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
) -> Json<AppList> {
    let caller = &context.caller;
    let reached = |app: &App| {
        let in_scope = caller
            .scope
            .apps
            .as_ref()
            .is_none_or(|apps| apps.contains(&app.name));
        in_scope && (!caller.test || platform_speaks(app))
    };
    let apps = state
        .registry
        .iter()
        .filter(|app| reached(app))
        .map(|app| shown(app))
        .collect();
    Json(AppList { apps })
}

fn shown(app: &App) -> control::App {
    let field = |(field, secret): (&postern_apps::Field, bool)| Field {
        name: field.name.clone(),
        label: field.label.clone(),
        secret,
    };
    control::App {
        name: app.name.clone(),
        title: app.title.clone(),
        base_url: app.base_url.to_string(),
        method: app.method.as_str().to_owned(),
        fields: app.injection.fields().into_iter().map(field).collect(),
        verified_by: app
            .verify
            .as_ref()
            .map(|call| format!("{} {}", call.method, call.path)),
        operations_known: app.operations.is_some(),
    }
}
