//! Numbers that an account has bought. One number belongs to one account.

use postern_domain::account::AccountId;
use postern_domain::money::Micros;
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;

use crate::lists::contains;
use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Tx, accounts, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// E.164.
    pub dedicated_number: String,
    pub country: CountryCode,
    /// `sms` or `mms`.
    pub kind: String,
    /// `longcode` or `tollfree`.
    pub number_type: String,
    pub number_guid: String,
    pub price_setup: Micros,
    pub price_monthly: Micros,
    /// Who uses it, as JSON; empty: nobody said.
    pub registration: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPage {
    pub total: i64,
    pub rows: Vec<Number>,
}

/// Which of them, which stretch.
#[derive(Clone, Debug, Default)]
pub struct NumberSearch {
    /// Parts of the number; both must be in it.
    pub parts: [Option<String>; 2],
    pub excluding_number_type: Option<String>,
    pub skip: i64,
    pub limit: i64,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Bought {
    Done,
    /// Somebody has it already.
    Taken,
    NotEnoughCredit,
}

/// Pays and takes possession in one unit.
pub fn buy(
    tx: &mut Tx<'_>,
    account: AccountId,
    number: &Number,
    now: UnixMicros,
) -> Result<Bought> {
    if owner(tx, &number.dedicated_number)?.is_some() {
        return Ok(Bought::Taken);
    }
    let price = number.price_setup.plus(number.price_monthly);
    if accounts::credit(tx, account, Micros(-price.0), now)?.is_none() {
        return Ok(Bought::NotEnoughCredit);
    }
    let taken = tx.execute(
        "INSERT INTO numbers (tenant_id, account_id, dedicated_number, country, type, number_type, number_guid, price_setup_micros,
            price_monthly_micros, registration, bought_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (dedicated_number) DO NOTHING",
        &[
            v(TENANT),
            v(account.0),
            v(&number.dedicated_number),
            v(number.country.as_str()),
            v(&number.kind),
            v(&number.number_type),
            v(&number.number_guid),
            v(number.price_setup.0),
            v(number.price_monthly.0),
            v(&number.registration),
            v(now.0),
        ],
    )?;
    if taken == 0 {
        // Only another worker can have been faster (PostgreSQL); the whole unit is undone, the payment with it.
        return Err(Error::Unavailable(
            "the number was bought by somebody else at this moment".into(),
        ));
    }
    Ok(Bought::Done)
}

/// Which account a number belongs to.
pub fn owner(tx: &mut Tx<'_>, number: &str) -> Result<Option<AccountId>> {
    tx.opt(
        "SELECT account_id FROM numbers WHERE dedicated_number = $1",
        &[v(number)],
        |row| row.int(0).map(AccountId),
    )
}

pub fn page(tx: &mut Tx<'_>, account: AccountId, search: &NumberSearch) -> Result<NumberPage> {
    let pattern = |part: &Option<String>| part.as_deref().map(contains);
    let (first, second) = (pattern(&search.parts[0]), pattern(&search.parts[1]));
    let total = tx.one(
        "SELECT count(*) FROM numbers WHERE account_id = $1 AND (CAST($2 AS TEXT) IS NULL OR dedicated_number LIKE $2 ESCAPE '\\')
            AND (CAST($3 AS TEXT) IS NULL OR dedicated_number LIKE $3 ESCAPE '\\') AND (CAST($4 AS TEXT) IS NULL OR number_type <> $4)",
        &[
            v(account.0),
            v(&first),
            v(&second),
            v(&search.excluding_number_type),
        ],
        |row| row.int(0),
    )?;
    let rows = tx.all(
        "SELECT dedicated_number, country, type, number_type, number_guid, price_setup_micros, price_monthly_micros, registration
         FROM numbers WHERE account_id = $1 AND (CAST($2 AS TEXT) IS NULL OR dedicated_number LIKE $2 ESCAPE '\\')
            AND (CAST($3 AS TEXT) IS NULL OR dedicated_number LIKE $3 ESCAPE '\\') AND (CAST($4 AS TEXT) IS NULL OR number_type <> $4)
         ORDER BY dedicated_number LIMIT $5 OFFSET $6",
        &[
            v(account.0),
            v(&first),
            v(&second),
            v(&search.excluding_number_type),
            v(search.limit),
            v(search.skip),
        ],
        read,
    )?;
    Ok(NumberPage { total, rows })
}

/// Which of the numbers somebody has.
pub fn taken(tx: &mut Tx<'_>, numbers: &[String]) -> Result<Vec<String>> {
    let mut taken = Vec::new();
    for number in numbers {
        if owner(tx, number)?.is_some() {
            taken.push(number.clone());
        }
    }
    Ok(taken)
}

/// Keeps an application to register numbers.
pub fn register(
    tx: &mut Tx<'_>,
    account: AccountId,
    number_type: &str,
    country: CountryCode,
    detail: &str,
    now: UnixMicros,
) -> Result<()> {
    let registration_id = next_number(tx, "number_registration")?;
    tx.execute(
        "INSERT INTO number_registrations (tenant_id, account_id, registration_id, number_type, country, detail, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            v(TENANT),
            v(account.0),
            v(registration_id),
            v(number_type),
            v(country.as_str()),
            v(detail),
            v(now.0),
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Number> {
    let dedicated_number = row.text(0)?;
    Ok(Number {
        country: CountryCode::parse(&row.text(1)?).ok_or_else(|| Error::Inconsistent {
            table: "numbers",
            id: dedicated_number.clone(),
        })?,
        dedicated_number,
        kind: row.text(2)?,
        number_type: row.text(3)?,
        number_guid: row.text(4)?,
        price_setup: Micros(row.int(5)?),
        price_monthly: Micros(row.int(6)?),
        registration: row.text(7)?,
    })
}
