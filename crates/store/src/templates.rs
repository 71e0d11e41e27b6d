//! Texts that an account keeps for later use.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::lists::contains;
use crate::messages::Combine;
use crate::settings::{TENANT, next_number};
use crate::{Result, Row, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub template_id: i64,
    pub template_name: String,
    pub body: String,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum TemplateOrder {
    #[default]
    Id,
    Name,
    Body,
}

/// Which templates. Names and bodies are found by any part of them, in any case.
#[derive(Clone, Debug, Default)]
pub struct TemplateSearch {
    pub combine: Combine,
    pub template_id: Option<i64>,
    pub template_name: Option<String>,
    pub body: Option<String>,
    pub order: TemplateOrder,
    pub descending: bool,
    pub skip: i64,
    pub limit: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplatePage {
    pub total: i64,
    pub rows: Vec<Template>,
}

pub fn create(
    tx: &mut Tx<'_>,
    account: AccountId,
    template_name: &str,
    body: &str,
    now: UnixMicros,
) -> Result<Template> {
    let template_id = next_number(tx, "sms_template")?;
    tx.execute(
        "INSERT INTO sms_templates (tenant_id, account_id, template_id, template_name, body, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        &[
            v(TENANT),
            v(account.0),
            v(template_id),
            v(template_name),
            v(body),
            v(now.0),
        ],
    )?;
    Ok(Template {
        template_id,
        template_name: template_name.to_owned(),
        body: body.to_owned(),
    })
}

pub fn get(tx: &mut Tx<'_>, account: AccountId, template_id: i64) -> Result<Option<Template>> {
    tx.opt(
        "SELECT template_id, template_name, body FROM sms_templates WHERE account_id = $1 AND template_id = $2",
        &[v(account.0), v(template_id)],
        read,
    )
}

/// What is `None` stays as it is. `None`: no such template of this account.
pub fn update(
    tx: &mut Tx<'_>,
    account: AccountId,
    template_id: i64,
    template_name: Option<&str>,
    body: Option<&str>,
    now: UnixMicros,
) -> Result<Option<Template>> {
    tx.opt(
        "UPDATE sms_templates SET template_name = COALESCE($3, template_name), body = COALESCE($4, body), updated_at = $5
         WHERE account_id = $1 AND template_id = $2 RETURNING template_id, template_name, body",
        &[
            v(account.0),
            v(template_id),
            v(template_name),
            v(body),
            v(now.0),
        ],
        read,
    )
}

/// `false`: no such template of this account.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, template_id: i64) -> Result<bool> {
    let deleted = tx.execute(
        "DELETE FROM sms_templates WHERE account_id = $1 AND template_id = $2",
        &[v(account.0), v(template_id)],
    )?;
    Ok(deleted == 1)
}

macro_rules! matching {
    () => {
        " FROM sms_templates WHERE account_id = $1 AND (
            (CAST($2 AS BIGINT) = 0 AND (CAST($3 AS BIGINT) IS NULL OR template_id = $3)
                AND (CAST($4 AS TEXT) IS NULL OR lower(template_name) LIKE lower($4) ESCAPE '\\')
                AND (CAST($5 AS TEXT) IS NULL OR lower(body) LIKE lower($5) ESCAPE '\\'))
            OR (CAST($2 AS BIGINT) = 1 AND (template_id = $3 OR lower(template_name) LIKE lower($4) ESCAPE '\\'
                OR lower(body) LIKE lower($5) ESCAPE '\\')))"
    };
}

macro_rules! ordered {
    ($order:literal) => {
        concat!(
            "SELECT template_id, template_name, body",
            matching!(),
            " ORDER BY ",
            $order,
            " LIMIT $6 OFFSET $7"
        )
    };
}

pub fn page(tx: &mut Tx<'_>, account: AccountId, search: &TemplateSearch) -> Result<TemplatePage> {
    let (name, body) = (
        search.template_name.as_deref().map(contains),
        search.body.as_deref().map(contains),
    );
    let mut params = vec![
        v(account.0),
        v(i64::from(search.combine == Combine::Or)),
        v(search.template_id),
        v(&name),
        v(&body),
    ];
    let total = tx.one(concat!("SELECT count(*)", matching!()), &params, |row| {
        row.int(0)
    })?;
    params.extend([v(search.limit), v(search.skip)]);
    let sql = match (search.order, search.descending) {
        (TemplateOrder::Id, false) => ordered!("template_id"),
        (TemplateOrder::Id, true) => ordered!("template_id DESC"),
        (TemplateOrder::Name, false) => ordered!("template_name, template_id"),
        (TemplateOrder::Name, true) => ordered!("template_name DESC, template_id DESC"),
        (TemplateOrder::Body, false) => ordered!("body, template_id"),
        (TemplateOrder::Body, true) => ordered!("body DESC, template_id DESC"),
    };
    let rows = tx.all(sql, &params, read)?;
    Ok(TemplatePage { total, rows })
}

fn read(row: &Row<'_>) -> Result<Template> {
    Ok(Template {
        template_id: row.int(0)?,
        template_name: row.text(1)?,
        body: row.text(2)?,
    })
}
