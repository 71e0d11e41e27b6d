//! Rows of a list that pages: the next page is fetched when the one before has been read.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use postern_wire::clicksend::Page;
use reqwest::Url;
use serde::de::DeserializeOwned;

use crate::clicksend::{ClickSend, ListQuery, Native};
use crate::error::Error;

/// Rows of one page, when the caller has not said: the most that there are.
const PAGE_ROWS: u32 = 100;
/// A list that never comes to its end is none.
const PAGES_MAX: u32 = 1_000_000;

type Fetching<T> = Pin<Box<dyn Future<Output = Result<Native<Page<T>>, Error>> + Send>>;

/// A [`Stream`] of rows, and [`Rows::next`] for those who have no use for streams. It ends behind the last row or the first error.
/// At most one page is held. What is added or removed meanwhile may shift rows over the border of a page, as in any numbered list.
pub struct Rows<T> {
    clicksend: ClickSend,
    url: Url,
    query: ListQuery,
    held: VecDeque<T>,
    /// `None` behind the last page.
    page: Option<u32>,
    total: Option<u64>,
    fetching: Option<Fetching<T>>,
}

impl<T> Unpin for Rows<T> {}

impl<T: DeserializeOwned + Send + 'static> Rows<T> {
    pub(crate) fn new(clicksend: ClickSend, url: Url, query: ListQuery) -> Self {
        Self {
            page: Some(query.page.unwrap_or(1)),
            clicksend,
            url,
            query,
            held: VecDeque::new(),
            total: None,
            fetching: None,
        }
    }

    /// The next row; `None` behind the last one.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All rows, `max` at most.
    pub async fn collect(mut self, max: usize) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while all.len() < max
            && let Some(row) = self.next().await
        {
            all.push(row?);
        }
        Ok(all)
    }

    /// How many rows there are, as the page that was read last said.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    fn fetch(&self, page: u32) -> Fetching<T> {
        let mut url = self.url.clone();
        let query = ListQuery {
            page: Some(page),
            limit: self.query.limit.or(Some(PAGE_ROWS)),
            ..self.query.clone()
        };
        query.write(&mut url);
        let clicksend = self.clicksend.clone();
        Box::pin(async move { clicksend.read(url).await })
    }

    fn take(&mut self, page: Page<T>) {
        self.total = u64::try_from(page.total).ok();
        let read = self.page.unwrap_or(PAGES_MAX);
        let is_last =
            page.data.is_empty() || page.current_page >= page.last_page || read >= PAGES_MAX;
        self.page = (!is_last).then_some(read + 1);
        self.held = page.data.into();
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for Rows<T> {
    type Item = Result<T, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(row) = self.held.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            let Some(page) = self.page else {
                return Poll::Ready(None);
            };
            let mut fetching = self.fetching.take().unwrap_or_else(|| self.fetch(page));
            let fetched = fetching.as_mut().poll(context);
            if fetched.is_pending() {
                self.fetching = Some(fetching);
            }
            match ready!(fetched).and_then(Native::into_data) {
                Ok(page) => self.take(page),
                Err(error) => {
                    self.page = None;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}
