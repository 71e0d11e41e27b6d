//! `/console/contacts/{account}/{list}/import`: a CSV file into a list, in three steps: the file, its columns, and how far it is.

use std::borrow::Cow;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use multer::{Constraints, Multipart, SizeLimit};
use postern_domain::contact::Field;
use postern_wire::clicksend::list::{ContactList, ImportQueued, ImportReport, Preview};
use postern_wire::clicksend::upload::Upload;
use serde::Deserialize;
use serde_json::json;

use crate::form::{Typed, is_own_site};
use crate::inside::{Change, Inside};
use crate::query::form_urlencoded;
use crate::shell::{Section, Shell, html, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// What the gateway takes in one request by default, with room for the form. Larger files are for the API.
const FILE_BYTES_MAX: u64 = 30 << 20;
const TOKEN_BYTES_MAX: u64 = 1024;
/// Columns that a page offers.
const COLUMNS_MAX: usize = 40;
/// Bad rows that a page shows.
const BAD_ROWS_SHOWN: usize = 200;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The file that was uploaded.
    file: Option<String>,
}

#[derive(Template)]
#[template(path = "console/import.html")]
struct ImportPage {
    shell: Shell,
    account: i64,
    list: ContactList,
    file: String,
    /// Of the file: what each column may be, and its first rows.
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    problem: Option<String>,
}

struct Column {
    number: usize,
    sample: String,
    fields: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "console/import_report.html")]
struct ReportPage {
    shell: Shell,
    account: i64,
    list: ContactList,
    report: ImportReport,
    /// Of a hundred.
    percent: i64,
    is_over: bool,
    more: usize,
}

/// The first step, and with a file the second.
pub(crate) async fn choose_columns(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path(path): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let file = asked.file.unwrap_or_default();
    page(&state, &inside, path, file, None, None).await
}

/// Keeps the file with the account's uploads; nothing is read into the list yet.
pub(crate) async fn upload_file(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path(path): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    let (account, list) = path;
    let file = file_of(&state, &inside, request).await?;
    // The platform reads such a form, too; the boundary is ours.
    const BOUNDARY: &str = "postern-console-file";
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"\r\n\r\n"
    );
    let mut form = head.into_bytes();
    form.extend_from_slice(&file);
    form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = HeaderValue::try_from(format!("multipart/form-data; boundary={BOUNDARY}"));
    let kind = kind.map_err(|_| Trouble::BadForm)?;
    let to = ("/v3/uploads?convert=csv", kind);
    let uploaded = inside.upload::<Upload>(&state, account, to, Body::from(form));
    match uploaded.await {
        Ok(upload) => {
            let query = form_urlencoded(&[("file", upload.file_name)]);
            let leads = format!("/console/contacts/{account}/{list}/import?{query}");
            Ok(Redirect::to(&leads).into_response())
        }
        Err(refused) => {
            let problem = Some(refused.message);
            page(&state, &inside, path, String::new(), None, problem).await
        }
    }
}

/// Starts the work.
pub(crate) async fn begin_import(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path(path): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let (account, list) = path;
    let file = typed.text("file").to_owned();
    let columns: Vec<&str> = (1..=COLUMNS_MAX)
        .map(|number| format!("column_{number}"))
        .take_while(|name| typed.has(name))
        .map(|name| typed.text(&name))
        .collect();
    let change = Change {
        method: Method::POST,
        path: &format!("/v3/lists/{list}/import"),
        body: json!({"file_url": address(&state, &file), "field_order": columns}),
        action: "contact.import",
    };
    match inside.change::<ImportQueued>(&state, account, change).await {
        Ok(queued) => {
            let leads = format!("/console/contacts/{account}/{list}/imports/{}", queued.id);
            Ok(Redirect::to(&leads).into_response())
        }
        Err(refused) => {
            let problem = Some(refused.message);
            page(&state, &inside, path, file, Some(&columns), problem).await
        }
    }
}

/// The third step, looked at again until it is over.
pub(crate) async fn show_import(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, list, job)): Path<(i64, i64, i64)>,
) -> Result<Response, Trouble> {
    let path = format!("/v3/lists/{list}/import/{job}");
    let mut report: ImportReport = inside.read(&state, account, &path).await?;
    let list: ContactList = inside
        .read(&state, account, &format!("/v3/lists/{list}"))
        .await?;
    let is_over = matches!(report.status.as_str(), "Completed" | "Failed");
    let all = report.bad_rows.len();
    report.bad_rows.truncate(BAD_ROWS_SHOWN);
    let shown = ReportPage {
        shell: Shell::of(&state, &inside.session, Section::Contacts),
        account,
        list,
        percent: match report.bytes_total {
            0 => 0,
            total => (report.bytes_read.saturating_mul(100) / total).clamp(0, 100),
        },
        is_over,
        more: all - report.bad_rows.len(),
        report,
    };
    Ok(live(&shown))
}

async fn page(
    state: &ConsoleState,
    inside: &Inside,
    (account, list_id): (i64, i64),
    file: String,
    chosen: Option<&[&str]>,
    problem: Option<String>,
) -> Result<Response, Trouble> {
    let list: ContactList = inside
        .read(state, account, &format!("/v3/lists/{list_id}"))
        .await?;
    let mut rows = Vec::new();
    if !file.is_empty() {
        let path = format!("/v3/lists/{list_id}/import-csv-preview");
        let body = json!({"file_url": address(state, &file)});
        let preview: Preview = inside.ask(state, account, &path, &body).await?;
        rows = preview.rows;
    }
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = ImportPage {
        shell: Shell::of(state, &inside.session, Section::Contacts),
        account,
        list,
        file,
        columns: columns(rows.first().map_or(&[], Vec::as_slice), chosen),
        rows,
        problem,
    };
    Ok(html(status, &shown))
}

/// What a heading says it is, each field once; the first column of a file without headings is most often the number.
fn columns(first: &[String], chosen: Option<&[&str]>) -> Vec<Column> {
    let mut taken = Vec::new();
    let named = first.iter().any(|cell| Field::parse(cell).is_some());
    let column = |(place, cell): (usize, &String)| {
        let guessed = match named {
            true => Field::parse(cell).filter(|field| !taken.contains(field)),
            false => (place == 0).then_some(Field::PhoneNumber),
        };
        taken.extend(guessed);
        let picked = match chosen {
            Some(chosen) => Cow::Borrowed(*chosen.get(place).unwrap_or(&"")),
            None => Cow::Borrowed(guessed.map_or("", Field::import_name)),
        };
        Column {
            number: place + 1,
            sample: cell.clone(),
            fields: Field::ALL
                .iter()
                .map(|field| {
                    let name = field.import_name();
                    (name, field.label(), name == picked)
                })
                .collect(),
        }
    };
    first
        .iter()
        .take(COLUMNS_MAX)
        .enumerate()
        .map(column)
        .collect()
}

/// Where the platform finds an upload of its own.
fn address(state: &ConsoleState, file: &str) -> String {
    format!(
        "{}/v3/uploads/{file}",
        state.platform_url.trim_end_matches('/')
    )
}

/// The file of the form, once its token has proven whose form it is: the token stands before the file.
async fn file_of(
    state: &ConsoleState,
    inside: &Inside,
    request: Request,
) -> Result<Vec<u8>, Trouble> {
    if !is_own_site(request.headers()) {
        return Err(Trouble::CrossSite);
    }
    let kind = request.headers().get(CONTENT_TYPE);
    let boundary = kind
        .and_then(|kind| multer::parse_boundary(kind.to_str().ok()?).ok())
        .ok_or(Trouble::BadForm)?;
    let limits = SizeLimit::new()
        .whole_stream(FILE_BYTES_MAX + TOKEN_BYTES_MAX)
        .for_field("form_token", TOKEN_BYTES_MAX)
        .for_field("file", FILE_BYTES_MAX);
    let body = request.into_body().into_data_stream();
    let mut form =
        Multipart::with_constraints(body, boundary, Constraints::new().size_limit(limits));
    let mut proven = false;
    while let Some(field) = form.next_field().await.map_err(|_| Trouble::BadForm)? {
        match field.name() {
            Some("form_token") => {
                let token = field.text().await.map_err(|_| Trouble::BadForm)?;
                proven = state.operators.is_form_token(&inside.session.0, &token);
            }
            Some("file") if proven => {
                let file = field.bytes().await.map_err(|_| Trouble::TooLarge)?;
                return Ok(file.to_vec());
            }
            _ => return Err(Trouble::CrossSite),
        }
    }
    Err(Trouble::BadForm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(first: &[&str]) -> Vec<&'static str> {
        let first: Vec<String> = first.iter().map(|cell| (*cell).to_owned()).collect();
        let one = |column: Column| {
            let picked = column.fields.into_iter().find(|(.., picked)| *picked);
            picked.map_or("", |(name, ..)| name)
        };
        columns(&first, None).into_iter().map(one).collect()
    }

    #[test]
    fn headings_say_what_columns_are() {
        assert_eq!(picked(&["+15551234567", "Ann"]), ["phone", ""]);
        assert_eq!(
            picked(&["First Name", "Mobile", "x"]),
            ["first_name", "phone", ""]
        );
        assert_eq!(picked(&["phone", "phone"]), ["phone", ""], "each once");
        assert_eq!(picked(&[]), [""; 0]);
    }
}
