//! Policy and templates, published once for everybody: they reach every device with the feed.

use domain::policy::Policy;
use domain::row::{PolicyRow, Row, TemplateRow};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::IsolationLevel;

use crate::app::App;
use crate::auth::{Caller, Role};
use crate::db::Run;
use crate::error::ServerError;
use crate::records::{self, Image};
use crate::{history, params};

/// What was published.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Published {
    /// Its version.
    pub version: u32,
}

/// Publishes a policy under the next version; the given one's own number does not matter.
pub async fn policy(app: &App, caller: &Caller, policy: Policy) -> Result<Published, ServerError> {
    caller.must_be(&[Role::Supervisor])?;
    let at = app.now();
    publish(
        app,
        caller,
        "SELECT coalesce(max(id::int), 1) FROM record WHERE org_id = $1 AND tbl = 10 AND $2 = ''",
        "",
        |version| Row::Policy(PolicyRow { policy: Policy { version, ..policy }, at, actor: caller.name.clone() }),
    )
    .await
}

/// A template as it is sent.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NewTemplate {
    /// Its key.
    pub key: String,
    /// The template.
    pub body: serde_json::Value,
}

/// Publishes a template under its key's next version.
pub async fn template(app: &App, caller: &Caller, new: NewTemplate) -> Result<Published, ServerError> {
    caller.must_be(&[Role::Supervisor])?;
    let fits = !new.key.is_empty()
        && new.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_/".contains(&byte));
    if !fits {
        return Err(ServerError::Invalid("a template's key has lower-case letters, digits, _ and /".to_owned()));
    }
    let at = app.now();
    let key = new.key.clone();
    let sql = "SELECT coalesce(max(substr(id, length($2) + 2)::int), 0) FROM record
      WHERE org_id = $1 AND tbl = 20 AND starts_with(id, $2 || '/') AND substr(id, length($2) + 2) ~ '^[0-9]+$'";
    publish(app, caller, sql, &key, |version| {
        Row::Template(TemplateRow { key: new.key, version, at, actor: caller.name.clone(), body: new.body })
    })
    .await
}

async fn publish(
    app: &App,
    caller: &Caller,
    last: &str,
    key: &str,
    row: impl FnOnce(u32) -> Row,
) -> Result<Published, ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    // Taken first here: the version is found under it. Nothing else is locked after it.
    history_lock(&tx, caller).await?;
    let found = tx.row(last, params![caller.org, key]).await?;
    let version = found.map_or(0, |row| row.get::<_, i32>(0)) + 1;
    let version = u32::try_from(version).unwrap_or(u32::MAX);
    let row = row(version).canonical();
    let image = Image::of(&row, None, false)?;
    records::put(&tx, caller.org, std::slice::from_ref(&image)).await?;
    let kind = format!("{}.published", row.table().name());
    let summary = format!("{} {} was published", row.table().name(), row.id());
    let entry = history::entry(app.now(), &caller.name, &kind, summary, json!({ "version": version }));
    history::append(&tx, caller.org, &[entry]).await?;
    let seq = records::next_seq(&tx, caller.org).await?;
    records::feed(&tx, caller.org, seq, &[image]).await?;
    tx.commit().await?;
    Ok(Published { version })
}

async fn history_lock(tx: &crate::db::Tx<'_>, caller: &Caller) -> Result<(), ServerError> {
    tx.row("SELECT 1 FROM history_head WHERE org_id = $1 FOR UPDATE", params![caller.org]).await?;
    Ok(())
}
