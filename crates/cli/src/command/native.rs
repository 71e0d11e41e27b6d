//! Answers of ClickSend's surface as tables: fields are read as they came, because a real account's may hold more or other than ours.

use postern_client::ListQuery;
use serde_json::Value;

use crate::console::table;
use crate::moment::shown_seconds;

/// Of commands that show one page of a list.
#[derive(clap::Args, Clone, Debug)]
pub struct PageArgs {
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    page: Option<u32>,
    /// Rows a page
    #[arg(long, short = 'L', value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: Option<u32>,
}

impl PageArgs {
    pub fn query(&self) -> ListQuery {
        ListQuery {
            page: self.page,
            limit: self.limit,
            ..ListQuery::default()
        }
    }
}

/// A field as text, whatever JSON type it came as; nothing for null or missing.
pub fn field(row: &Value, name: &str) -> String {
    match &row[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Unix seconds, in a number or in text, as people read them.
pub fn moment(row: &Value, name: &str) -> String {
    let text = field(row, name);
    match text.parse() {
        Ok(0) => String::new(),
        Ok(seconds) => shown_seconds(seconds),
        Err(_) => text,
    }
}

/// 0 and 1, as people read them.
pub fn yes(row: &Value, name: &str) -> String {
    match field(row, name).as_str() {
        "1" | "true" => "yes".to_owned(),
        _ => String::new(),
    }
}

/// The rows of a page, or of an answer that holds them directly.
pub fn rows<'a>(data: &'a Value, name: &str) -> &'a [Value] {
    data[name].as_array().map_or(&[], Vec::as_slice)
}

/// One page of several: its rows as a table, and where it stands.
pub fn page_table<const N: usize>(
    data: &Value,
    what: &str,
    head: [&str; N],
    row: impl Fn(&Value) -> [String; N],
) -> String {
    let lines = table(head, rows(data, "data").iter().map(row));
    format!("{lines}\n\n{}", page_line(data, what))
}

/// What stands below a table that is one page of several.
fn page_line(data: &Value, what: &str) -> String {
    let [total, current, last] =
        ["total", "current_page", "last_page"].map(|name| field(data, name));
    format!("{total} {what}, page {current} of {last}")
}

/// Long texts are cut for tables, at a character.
pub fn cut(text: &str) -> String {
    const SHOWN_CHARS: usize = 40;
    let one_line = text.replace(['\n', '\r'], " ");
    if one_line.chars().count() <= SHOWN_CHARS {
        return one_line;
    }
    one_line
        .chars()
        .take(SHOWN_CHARS - 1)
        .chain(['…'])
        .collect()
}
