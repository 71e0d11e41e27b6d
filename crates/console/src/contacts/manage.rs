//! What is done with a list as a whole: another name, no duplicates, its end.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use postern_wire::clicksend::list::Deleted;
use serde_json::{Value, json};

use super::list::place;
use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) async fn rename_list(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, list)): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let change = Change {
        method: Method::PUT,
        path: &format!("/v3/lists/{list}"),
        body: json!({"list_name": typed.text("name")}),
        action: "list.rename",
    };
    inside.change::<Value>(&state, account, change).await?;
    Ok(Redirect::to(&place(account, list, "renamed")).into_response())
}

pub(crate) async fn remove_duplicates(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, list)): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    Typed::of_session(&state, &inside.session, request).await?;
    let change = Change {
        method: Method::PUT,
        path: &format!("/v3/lists/{list}/remove-duplicates"),
        body: json!({"fields": ["phone_number"]}),
        action: "list.remove_duplicates",
    };
    let Deleted { deleted } = inside.change(&state, account, change).await?;
    let leads = format!("{}&count={deleted}", place(account, list, "duplicates"));
    Ok(Redirect::to(&leads).into_response())
}

pub(crate) async fn delete_list(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, list)): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    if typed.text("sure") != "yes" {
        return Err(Trouble::BadForm);
    }
    let change = Change {
        method: Method::DELETE,
        path: &format!("/v3/lists/{list}"),
        body: Value::Null,
        action: "list.delete",
    };
    inside.change::<Value>(&state, account, change).await?;
    let leads = format!("/console/contacts?account={account}&done=deleted");
    Ok(Redirect::to(&leads).into_response())
}
