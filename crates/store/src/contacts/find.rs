//! Contacts by their values: within a list by exact fields or by the time of their last change, within an account by a piece of text.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Origin};
use postern_domain::time::UnixMicros;

use super::{Contact, changed, columns, read};
use crate::lists::{contains, literal};
use crate::{Result, Tx, Value, v};

/// First and last name of contacts, by their lists and numbers; one that is gone is left out.
pub fn names(
    tx: &mut Tx<'_>,
    account: AccountId,
    wanted: &[Origin],
) -> Result<Vec<(Origin, String, String)>> {
    let mut found = Vec::new();
    for origin in wanted {
        let names = tx.opt(
            "SELECT first_name, last_name FROM contacts WHERE list_id = $1 AND contact_id = $2 AND account_id = $3",
            &[v(origin.list_id), v(origin.contact_id), v(account.0)],
            |row| Ok((row.text(0)?, row.text(1)?)),
        )?;
        found.extend(names.map(|(first, last)| (*origin, first, last)));
    }
    Ok(found)
}

/// How the parts of a search combine.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    #[default]
    And,
    Or,
}

/// Which contacts of a list, which stretch of them.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub combine: Combine,
    /// Whole values in any case, at most one of each field; numbers in E.164. Only [`Search::FIELDS`].
    pub values: Vec<(Field, String)>,
    /// Changed later than this; the page is then in the order of changes.
    pub updated_after: Option<UnixMicros>,
    pub descending: bool,
    pub skip: i64,
    pub limit: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub total: i64,
    pub rows: Vec<Contact>,
}

impl Search {
    /// What can be searched by, in the order of the statement's placeholders.
    pub const FIELDS: [Field; 9] = [
        Field::PhoneNumber,
        Field::Email,
        Field::FirstName,
        Field::LastName,
        Field::OrganizationName,
        Field::Custom1,
        Field::Custom2,
        Field::Custom3,
        Field::Custom4,
    ];

    /// Neither an index nor a page of the list answers it: the whole list is read.
    pub fn is_scan(&self) -> bool {
        let indexed = [Field::PhoneNumber, Field::Email];
        let by_index = self.combine == Combine::And
            && indexed.iter().any(|field| self.value(*field).is_some());
        !self.values.is_empty() && !by_index
    }

    fn value(&self, field: Field) -> Option<&str> {
        let found = self.values.iter().find(|(f, _)| *f == field);
        found.map(|(_, value)| value.as_str())
    }
}

macro_rules! matching {
    ($path:literal) => {
        concat!(" FROM contacts WHERE account_id = $2 AND ", $path,
            " AND (CAST($3 AS BIGINT) IS NULL OR updated_at > $3) AND (
            ($4 = 0 AND (CAST($5 AS TEXT) IS NULL OR phone_number = $5) AND (CAST($6 AS TEXT) IS NULL OR lower(email) = lower($6))
                AND (CAST($7 AS TEXT) IS NULL OR lower(first_name) = lower($7)) AND (CAST($8 AS TEXT) IS NULL OR lower(last_name) = lower($8))
                AND (CAST($9 AS TEXT) IS NULL OR lower(organization_name) = lower($9))
                AND (CAST($10 AS TEXT) IS NULL OR lower(custom_1) = lower($10)) AND (CAST($11 AS TEXT) IS NULL OR lower(custom_2) = lower($11))
                AND (CAST($12 AS TEXT) IS NULL OR lower(custom_3) = lower($12)) AND (CAST($13 AS TEXT) IS NULL OR lower(custom_4) = lower($13)))
            OR ($4 = 1 AND (phone_number = $5 OR lower(email) = lower($6) OR lower(first_name) = lower($7) OR lower(last_name) = lower($8)
                OR lower(organization_name) = lower($9) OR lower(custom_1) = lower($10) OR lower(custom_2) = lower($11)
                OR lower(custom_3) = lower($12) OR lower(custom_4) = lower($13))))")
    };
}

/// The count, the page forwards and the page backwards by one way into the table.
macro_rules! statements {
    ($path:literal, $ascending:literal, $descending:literal) => {
        [
            concat!("SELECT count(*)", matching!($path)),
            concat!(
                "SELECT ",
                columns!(),
                matching!($path),
                " ORDER BY ",
                $ascending,
                " LIMIT $14 OFFSET $15"
            ),
            concat!(
                "SELECT ",
                columns!(),
                matching!($path),
                " ORDER BY ",
                $descending,
                " LIMIT $14 OFFSET $15"
            ),
        ]
    };
}

/// By an index when a number, an e-mail address or a time of change is asked for; by reading the list otherwise.
pub fn search(tx: &mut Tx<'_>, account: AccountId, list_id: i64, search: &Search) -> Result<Found> {
    if let (true, Some(after)) = (search.values.is_empty(), search.updated_after) {
        return changed::page(tx, list_id, after, search);
    }
    let and = search.combine == Combine::And;
    let [total_sql, ascending, descending] = if and && search.value(Field::PhoneNumber).is_some() {
        statements!(
            "+list_id = $1 AND phone_number = $5 AND phone_number <> ''",
            "contact_id",
            "contact_id DESC"
        )
    } else if and && search.value(Field::Email).is_some() {
        statements!(
            "+list_id = $1 AND lower(email) = lower($6) AND email <> ''",
            "contact_id",
            "contact_id DESC"
        )
    } else if search.updated_after.is_some() {
        statements!(
            "list_id = $1 AND updated_at > $3",
            "updated_at, contact_id",
            "updated_at DESC, contact_id DESC"
        )
    } else {
        statements!("list_id = $1", "contact_id", "contact_id DESC")
    };
    let mut params = vec![
        v(list_id),
        v(account.0),
        v(search.updated_after.map(|at| at.0)),
        // Without values an OR finds everything, as an AND does.
        v(!and && !search.values.is_empty()),
    ];
    params.extend(Search::FIELDS.map(|field| search.value(field).map_or(Value::Null, Value::Text)));
    let total = tx.one(total_sql, &params, |row| row.int(0))?;
    if search.skip >= total {
        return Ok(Found {
            total,
            rows: Vec::new(),
        });
    }
    params.extend([v(search.limit), v(search.skip)]);
    let sql = if search.descending {
        descending
    } else {
        ascending
    };
    let rows = tx.all(sql, &params, read)?;
    Ok(Found { total, rows })
}

/// Contacts of a whole account and the names of their lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// Counted only when asked for.
    pub total: i64,
    pub rows: Vec<(Contact, String)>,
}

macro_rules! in_account {
    () => {
        " FROM lists l JOIN contacts c ON c.list_id = l.list_id WHERE l.account_id = $1 AND l.erased = 0 AND (
            lower(c.first_name) LIKE lower($2) ESCAPE '\\' OR lower(c.last_name) LIKE lower($2) ESCAPE '\\'
            OR lower(c.first_name || ' ' || c.last_name) LIKE lower($2) ESCAPE '\\' OR lower(c.email) LIKE lower($2) ESCAPE '\\'
            OR lower(c.organization_name) LIKE lower($2) ESCAPE '\\' OR c.phone_number LIKE $3 ESCAPE '\\')"
    };
}

/// Contacts with `text` somewhere in their names, e-mail address or organisation, or `digits` (if any) somewhere in their number. Reads
/// the account's contacts until it has enough, all of them when `counted`.
pub fn suggest(
    tx: &mut Tx<'_>,
    account: AccountId,
    text: &str,
    digits: &str,
    counted: bool,
    skip: i64,
    limit: i64,
) -> Result<Suggested> {
    let text = contains(text);
    let number = match digits.is_empty() {
        true => literal(""),
        false => contains(digits),
    };
    // '' as a pattern would find contacts without a number.
    let number = if number.is_empty() {
        v("\u{1}")
    } else {
        v(&number)
    };
    let mut params = vec![v(account.0), v(&text), number];
    let total = match counted {
        false => 0,
        true => tx.one(concat!("SELECT count(*)", in_account!()), &params, |row| {
            row.int(0)
        })?,
    };
    params.extend([v(limit), v(skip)]);
    let rows = tx.all(
        concat!(
            "SELECT c.list_id, contact_id, c.created_at, c.updated_at, phone_number, first_name, last_name, custom_1, custom_2, custom_3, custom_4,
                fax_number, organization_name, email, address_line_1, address_line_2, address_city, address_state, address_postal_code,
                address_country, l.list_name",
            in_account!(),
            " ORDER BY l.list_id, c.contact_id LIMIT $4 OFFSET $5"
        ),
        &params,
        |row| Ok((read(row)?, row.text(20)?)),
    )?;
    Ok(Suggested { total, rows })
}
