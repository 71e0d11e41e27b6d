//! One person's data, wherever it is: found, and erased. Both walk through the tables in steps of at most a thousand rows; a step is one unit,
//! and its cursor is all that the next one needs, so that a walk goes on where it stopped.

mod erase;
mod places;

use postern_domain::account::AccountId;

use crate::{Result, Row, Tx, v};

pub use erase::{Erased, HashOptOut, erase};
use places::{PLACES, Place};

/// Rows that a step looks at.
pub const STEP_ROWS_MAX: i64 = 1_000;

/// Whom to look for: a number (E.164), an e-mail address (in any case), or either of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// Where the next step begins.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    place: usize,
    key: (i64, i64),
}

/// A row about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What kind of thing it is, in the words of the documentation.
    pub kind: &'static str,
    pub account: AccountId,
    /// What is kept, by name; what is empty is left out.
    pub fields: Vec<(&'static str, String)>,
    key: (i64, i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub found: Vec<Found>,
    /// Rows that were looked at.
    pub looked: i64,
    /// `None`: that was all.
    pub next: Option<Cursor>,
}

impl Cursor {
    /// Reads what [`Cursor::to_text`] wrote.
    pub fn parse(text: &str) -> Option<Cursor> {
        let mut numbers = text.split(' ');
        let cursor = Cursor {
            place: numbers.next()?.parse().ok()?,
            key: (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?),
        };
        (cursor.place < PLACES.len() && numbers.next().is_none()).then_some(cursor)
    }

    pub fn to_text(self) -> String {
        format!("{} {} {}", self.place, self.key.0, self.key.1)
    }

    /// The next row of the same place, or the next place.
    fn after(self, last: Option<(i64, i64)>, full: bool) -> Option<Cursor> {
        match last {
            Some(key) if full => Some(Cursor { key, ..self }),
            _ if self.place + 1 < PLACES.len() => Some(Cursor {
                place: self.place + 1,
                key: (0, 0),
            }),
            _ => None,
        }
    }
}

impl Person {
    /// Columns 3 to 5 of every place: two numbers and an address.
    fn is_in(&self, row: &Row<'_>) -> Result<bool> {
        let phone = self.phone.as_deref();
        let numbers = [row.opt_text(3)?, row.opt_text(4)?];
        let address = row.opt_text(5)?.map(|address| address.to_lowercase());
        let email = self.email.as_ref().map(|email| email.to_lowercase());
        let called = phone.is_some() && numbers.iter().any(|number| number.as_deref() == phone);
        Ok(called || email.is_some() && address == email)
    }
}

/// What is kept about the person among the next rows.
pub fn find(tx: &mut Tx<'_>, person: &Person, cursor: Cursor) -> Result<Step> {
    let Some(place) = PLACES.get(cursor.place) else {
        return Ok(Step {
            found: Vec::new(),
            looked: 0,
            next: None,
        });
    };
    let (found, looked, last) = look(tx, place, person, cursor)?;
    Ok(Step {
        found,
        looked,
        next: cursor.after(last, looked == STEP_ROWS_MAX),
    })
}

type Looked = (Vec<Found>, i64, Option<(i64, i64)>);

fn look(tx: &mut Tx<'_>, place: &Place, person: &Person, cursor: Cursor) -> Result<Looked> {
    let (one, other) = cursor.key;
    let rows = tx.all(place.select, &[v(one), v(other), v(STEP_ROWS_MAX)], |row| {
        let key = (row.int(0)?, row.int(1)?);
        let found = person.is_in(row)?.then(|| read(row, place, key));
        Ok((key, found.transpose()?))
    })?;
    let (looked, last) = (rows.len() as i64, rows.last().map(|(key, _)| *key));
    let found = rows.into_iter().filter_map(|(_, found)| found).collect();
    Ok((found, looked, last))
}

fn read(row: &Row<'_>, place: &Place, key: (i64, i64)) -> Result<Found> {
    let mut fields = Vec::new();
    for (position, name) in place.fields.iter().enumerate() {
        if let Some(value) = row
            .opt_text(3 + position)?
            .filter(|value| !value.is_empty())
        {
            fields.push((*name, value));
        }
    }
    Ok(Found {
        kind: place.kind,
        account: AccountId(row.int(2)?),
        fields,
        key,
    })
}
