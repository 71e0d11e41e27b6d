//! Pages with links to their neighbours, as Laravel makes them, without the pages far away.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::page::{LinkedPage, PageLink};

/// Links to pages on either side of the current one.
const LINKS_AROUND: i64 = 3;

pub(crate) fn linked<T>(page: Page<T>, path: &str) -> LinkedPage<T> {
    let link = |page: i64| format!("{path}?page={page}");
    let (current, last) = (page.current_page, page.last_page.max(1));
    LinkedPage {
        links: links(
            &page.prev_page_url,
            &page.next_page_url,
            current,
            last,
            link,
        ),
        first_page_url: link(1),
        last_page_url: link(last),
        path: path.to_owned(),
        page,
    }
}

fn links(
    previous: &Option<String>,
    next: &Option<String>,
    current: i64,
    last: i64,
    link: impl Fn(i64) -> String,
) -> Vec<PageLink> {
    let end = |url: &Option<String>, label: &str, page: i64| PageLink {
        url: url.clone(),
        label: label.to_owned(),
        page: url.as_ref().map(|_| page),
        active: false,
    };
    let first_shown = (current.min(last) - LINKS_AROUND).max(1);
    let last_shown = (current.min(last) + LINKS_AROUND).min(last);
    let mut links = vec![end(previous, "&laquo; Previous", (current - 1).min(last))];
    links.extend((first_shown..=last_shown).map(|page| PageLink {
        url: Some(link(page)),
        label: page.to_string(),
        page: Some(page),
        active: page == current,
    }));
    links.push(end(next, "Next &raquo;", current.saturating_add(1)));
    links
}
