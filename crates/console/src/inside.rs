//! Calls of our own surfaces, in process, for whoever is signed in: what a page shows and changes goes past the rules of the platform and of
//! the control plane like everybody's calls do.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode};
use postern_access::{Peer, RequestId, Visitor, operator_entry};
use postern_domain::account::{AccountId, ActingAccount};
use postern_store::audit::{self, Entry};
use postern_store::{Lane, Rider, RiderDone};
use postern_wire::clicksend::{Envelope, Page};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tower::ServiceExt as _;

use crate::control::{Control, Unanswered};
use crate::pages::PAGE_ROWS;
use crate::session::{Session, visitor};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// An answer that a page shows is far smaller.
const ANSWER_BYTES_MAX: usize = 4 << 20;
/// Where campaigns are made, which asks the guard.
const SENDS: &str = "/v3/sms-campaigns/send";

/// Whoever is signed in, and how their calls are made.
pub(crate) struct Inside {
    pub(crate) session: Session,
    control: Control,
    visitor: Visitor,
    request_id: Option<RequestId>,
}

/// Why a surface did not do it, in its words.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

/// A change of the platform's data: how it is asked for, and what it is on record as.
pub(crate) struct Change<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) body: Value,
    pub(crate) action: &'static str,
}

impl FromRequestParts<ConsoleState> for Inside {
    type Rejection = Trouble;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ConsoleState,
    ) -> Result<Inside, Trouble> {
        let session = Session::from_request_parts(parts, state).await?;
        Ok(Inside {
            control: Control::of(state, &session, &parts.extensions),
            session,
            visitor: visitor(&parts.extensions),
            request_id: parts.extensions.get().cloned(),
        })
    }
}

impl Inside {
    /// What the platform says to a read of the account.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        state: &ConsoleState,
        account: i64,
        path: &str,
    ) -> Result<T, Refused> {
        let request = self.request(Method::GET, path, Body::empty())?;
        data(self.acting(state, account, request, None).await?).await
    }

    /// A page of one of the account's lists; no account (0) has an empty one.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        state: &ConsoleState,
        account: i64,
        page: i64,
        list: &str,
    ) -> Result<Page<T>, Refused> {
        if account == 0 {
            return Ok(Page::new(0, PAGE_ROWS, 1, "", Vec::new()));
        }
        let more = if list.contains('?') { '&' } else { '?' };
        let path = format!("{list}{more}limit={PAGE_ROWS}&page={page}");
        self.read(state, account, &path).await
    }

    /// Asks without changing anything, by a method that could.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        state: &ConsoleState,
        account: i64,
        path: &str,
        body: &Value,
    ) -> Result<T, Refused> {
        let mut request = self.request(Method::POST, path, Body::from(body.to_string()))?;
        json(&mut request);
        data(self.acting(state, account, request, None).await?).await
    }

    /// Changes something of the account's, on record.
    pub(crate) async fn change<T: DeserializeOwned>(
        &self,
        state: &ConsoleState,
        account: i64,
        change: Change<'_>,
    ) -> Result<T, Refused> {
        let body = Body::from(change.body.to_string());
        let mut request = self.request(change.method, change.path, body)?;
        json(&mut request);
        let entry = self.entry(state, account, change.action);
        data(self.acting(state, account, request, Some(entry)).await?).await
    }

    /// Hands a file on as it comes.
    pub(crate) async fn upload<T: DeserializeOwned>(
        &self,
        state: &ConsoleState,
        account: i64,
        (path, content_type): (&str, HeaderValue),
        body: Body,
    ) -> Result<T, Refused> {
        let mut request = self.request(Method::POST, path, body)?;
        request.headers_mut().insert(CONTENT_TYPE, content_type);
        let entry = self.entry(state, account, "file.upload");
        data(self.acting(state, account, request, Some(entry)).await?).await
    }

    /// A file of the account's, as it comes.
    pub(crate) async fn download(
        &self,
        state: &ConsoleState,
        account: i64,
        path: &str,
    ) -> Result<Response, Refused> {
        let request = self.request(Method::GET, path, Body::empty())?;
        let response = self.acting(state, account, request, None).await?;
        match response.status().is_success() {
            true => Ok(response),
            false => Err(refusal(response).await),
        }
    }

    /// What the control plane says to this operator.
    pub(crate) async fn control<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Refused> {
        let said = match body {
            None if method == Method::GET => self.control.get(path).await,
            body => {
                let body = body.cloned().unwrap_or_else(|| Value::Object(Map::new()));
                self.control.send(method, path, &body).await
            }
        };
        said.map_err(|unanswered| match unanswered {
            Unanswered::Refused(problem) => Refused {
                status: StatusCode::from_u16(problem.code).unwrap_or(StatusCode::CONFLICT),
                message: problem.message,
            },
            Unanswered::Broken(trouble) => broken(&format!("{trouble:?}")),
        })
    }

    fn request(&self, method: Method, path: &str, body: Body) -> Result<Request<Body>, Refused> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(extensions) = request.extensions_mut() {
            extensions.insert(Peer(self.visitor.peer));
            if let Some(id) = &self.request_id {
                extensions.insert(id.clone());
            }
        }
        request
            .body(body)
            .map_err(|error| broken(&error.to_string()))
    }

    fn entry(&self, state: &ConsoleState, account: i64, action: &str) -> Entry {
        let Session(acting) = &self.session;
        Entry {
            object_kind: "account".to_owned(),
            object_id: account.to_string(),
            ..operator_entry(&acting.operator_id, &self.visitor, (state.clock)(), action)
        }
    }

    /// As the account, held against its brakes and limits as its own calls are. `entry` is kept with what it is about, or after it.
    async fn acting(
        &self,
        state: &ConsoleState,
        account: i64,
        mut request: Request<Body>,
        entry: Option<Entry>,
    ) -> Result<Response, Refused> {
        let account = AccountId(account);
        request.extensions_mut().insert(ActingAccount(account));
        if request.uri().path() == SENDS {
            let plan = state.directory.native_plan(account);
            if plan.frozen.is_some() {
                return Err(Refused {
                    status: StatusCode::CONFLICT,
                    message:
                        "Sending is frozen. Release it with `postern unfreeze`, then send again."
                            .to_owned(),
                });
            }
            plan.ticket
                .map(|ticket| request.extensions_mut().insert(ticket));
        }
        if let Some(entry) = entry.clone() {
            let rider = Rider::new(move |tx, _status| audit::record(tx, &entry));
            request.extensions_mut().insert(rider);
        }
        let response = call(&state.platform, request).await?;
        let done = response.extensions().get::<RiderDone>().is_some();
        if let Some(entry) = entry.filter(|_| response.status().is_success() && !done) {
            let recorded = state
                .store
                .write(Lane::CONTROL, move |tx| audit::record(tx, &entry));
            recorded.await.map_err(|error| broken(&error.to_string()))?;
        }
        Ok(response)
    }
}

fn json(request: &mut Request<Body>) {
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
}

async fn call(router: &Router, request: Request<Body>) -> Result<Response, Refused> {
    // A router cannot fail; it answers.
    let Ok(response) = router.clone().oneshot(request).await;
    Ok(response)
}

async fn bytes_of(response: Response) -> Result<axum::body::Bytes, Refused> {
    to_bytes(response.into_body(), ANSWER_BYTES_MAX)
        .await
        .map_err(|error| broken(&error.to_string()))
}

/// What is in the platform's envelope.
async fn data<T: DeserializeOwned>(response: Response) -> Result<T, Refused> {
    if !response.status().is_success() {
        return Err(refusal(response).await);
    }
    let bytes = bytes_of(response).await?;
    let envelope: Envelope<T> =
        serde_json::from_slice(&bytes).map_err(|error| broken(&error.to_string()))?;
    Ok(envelope.data)
}

async fn refusal(response: Response) -> Refused {
    let status = response.status();
    let said = bytes_of(response).await.ok().and_then(|bytes| {
        let envelope: Envelope<Value> = serde_json::from_slice(&bytes).ok()?;
        Some(envelope.response_msg.into_owned())
    });
    Refused {
        status,
        message: said.unwrap_or_else(|| "It was refused without a reason.".to_owned()),
    }
}

fn broken(why: &str) -> Refused {
    tracing::error!(why, "a page could not ask its own surface");
    Refused {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        message: "This server failed; its log says why.".to_owned(),
    }
}

/// Where a page cannot be shown without it.
impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Trouble {
        match refused.status {
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => Trouble::NotFound,
            status if status.is_client_error() => Trouble::NotDone(refused.message),
            _ => Trouble::Store(postern_store::Error::Driver(refused.message)),
        }
    }
}
