//! Who works whom. The unit is the customer with all accounts, so that two specialists never share
//! one person's caps and refusals without knowing it.

use std::collections::BTreeSet;

use domain::ids::{CustomerId, StableId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Caller, Role};
use crate::db::{self, Run, Tx};
use crate::error::ServerError;
use crate::{history, params, records};

/// Most customers changed in one transaction.
pub const MOST: usize = 5_000;

/// A change of a user's portfolio.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assign {
    /// Whose.
    pub login: String,
    /// These come.
    pub add: Vec<CustomerId>,
    /// These go. Their laptops purge them at the next contact, after what was pending is pushed.
    pub remove: Vec<CustomerId>,
    /// All that this user works comes over, and leaves that user; whether they still have access or not.
    pub take_over_from: Option<String>,
}

/// What changed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Assigned {
    /// How many came.
    pub added: usize,
    /// How many left.
    pub removed: usize,
}

/// Changes portfolios: what is named in one transaction, a portfolio that is taken over 5,000 customers a
/// transaction. Each customer leaves and comes at once; should it end between, the same again does the rest.
pub async fn assign(app: &App, caller: &Caller, change: &Assign) -> Result<Assigned, ServerError> {
    caller.must_be(&[Role::Supervisor])?;
    assign_as(app, (caller.org, &caller.name), change).await
}

/// The customers of these references; `all` means every customer of the organisation.
pub async fn by_reference(app: &App, org: Uuid, references: &[String]) -> Result<Vec<CustomerId>, ServerError> {
    let conn = app.db.conn().await?;
    let all = references.iter().any(|one| one == "all");
    let rows = conn
        .rows(
            "SELECT customer, body::json ->> 'reference' FROM record
             WHERE org_id = $1 AND tbl = 30 AND ($3 OR body::json ->> 'reference' = ANY($2)) ORDER BY customer",
            params![org, references.to_vec(), all],
        )
        .await?;
    if let Some(unknown) = references.iter().find(|one| !all && rows.iter().all(|row| row.get::<_, &str>(1) != *one)) {
        return Err(ServerError::Invalid(format!("there is no customer {unknown}")));
    }
    Ok(rows.iter().map(|row| CustomerId(StableId(row.get(0)))).collect())
}

/// The same in the name of whoever may do it.
pub async fn assign_as(app: &App, (org, by): (Uuid, &str), change: &Assign) -> Result<Assigned, ServerError> {
    let (mut done, mut rest) = part(app, (org, by), change).await?;
    while rest {
        let more =
            Assign { login: change.login.clone(), take_over_from: change.take_over_from.clone(), ..Assign::default() };
        let (next, left) = part(app, (org, by), &more).await?;
        done.added += next.added;
        done.removed += next.removed;
        rest = left;
    }
    Ok(done)
}

/// One transaction's share, and whether more is to be taken over.
async fn part(app: &App, (org, by): (Uuid, &str), change: &Assign) -> Result<(Assigned, bool), ServerError> {
    let mut conn = app.db.conn().await?;
    let tx = conn.begin(IsolationLevel::ReadCommitted).await?;
    let to = user(&tx, org, &change.login).await?;
    if !change.add.is_empty() || change.take_over_from.is_some() {
        to.may_work(&change.login)?;
    }
    let to = to.id;
    let mut moves: Vec<(Uuid, CustomerId, bool)> = Vec::new();
    let mut rest = false;
    if let Some(login) = &change.take_over_from {
        let from = user(&tx, org, login).await?.id;
        if from == to {
            return Err(ServerError::Invalid(format!("{login} can't take over from {login}; choose another user")));
        }
        let rows = tx
            .rows(
                "SELECT customer FROM assignment WHERE org_id = $1 AND user_id = $2 ORDER BY customer LIMIT $3",
                params![org, from, i64::try_from(MOST).unwrap_or(i64::MAX)],
            )
            .await?;
        rest = rows.len() == MOST;
        for row in &rows {
            let customer = CustomerId(StableId(row.get(0)));
            moves.push((from, customer, false));
            moves.push((to, customer, true));
        }
    }
    let named = change.remove.len() + change.add.len();
    if named > 2 * MOST {
        return Err(ServerError::Invalid(format!("name at most {} customers at once", 2 * MOST)));
    }
    moves.extend(change.remove.iter().map(|customer| (to, *customer, false)));
    moves.extend(change.add.iter().map(|customer| (to, *customer, true)));
    let wanted: BTreeSet<CustomerId> = moves.iter().map(|(_, customer, _)| *customer).collect();
    // The same lock as a push takes: whoever decides a command knows who worked the customer then.
    let there = records::lock(&tx, org, &wanted).await?;
    if let Some(unknown) = wanted.difference(&there).next() {
        return Err(ServerError::Invalid(format!("there is no customer {unknown}")));
    }
    let done = apply(&tx, org, &moves).await?;
    if !done.is_empty() {
        let summary =
            format!("{} customers came to {}, {} left", count(&done, true), change.login, count(&done, false));
        let detail = json!({ "login": change.login, "from": change.take_over_from, "moves": done.len() });
        let entry = history::entry(app.now(), by, "scope.assigned", summary, detail);
        history::append(&tx, org, &[entry]).await?;
        let _ = number(&tx, org, &done).await?;
    }
    db::look_again(&tx, &["assignment"], done.len()).await?;
    tx.commit().await?;
    Ok((Assigned { added: count(&done, true), removed: count(&done, false) }, rest))
}

fn count(moves: &[(Uuid, CustomerId, bool)], added: bool) -> usize {
    moves.iter().filter(|(_, _, to)| *to == added).count()
}

/// A user whose portfolio changes.
struct User {
    id: Uuid,
    role: Role,
    ended: bool,
}

impl User {
    /// Whether customers may come to them. Whoever's access ended keeps what they worked until it is taken from them.
    fn may_work(&self, login: &str) -> Result<(), ServerError> {
        if self.ended {
            return Err(ServerError::Invalid(format!("{login} has no access any more; choose another user")));
        }
        // Their rows would leave with the next snapshot, to a role that sees none.
        if !matches!(self.role, Role::Specialist | Role::Supervisor) {
            let word = self.role.word();
            let message = format!("{login} has the role {word}, which works no customers; choose another user");
            return Err(ServerError::Invalid(message));
        }
        Ok(())
    }
}

async fn user(tx: &Tx<'_>, org: Uuid, login: &str) -> Result<User, ServerError> {
    let row = tx
        .row(
            "SELECT user_id, role, disabled_at IS NOT NULL FROM person WHERE org_id = $1 AND login = $2",
            params![org, login.trim().to_lowercase()],
        )
        .await?
        .ok_or_else(|| ServerError::NoSuch("user", login.trim().to_lowercase()))?;
    Ok(User { id: row.get(0), role: Role::of(row.get(1))?, ended: row.get(2) })
}

/// The moves that changed anything.
async fn apply(
    tx: &Tx<'_>,
    org: Uuid,
    moves: &[(Uuid, CustomerId, bool)],
) -> Result<Vec<(Uuid, CustomerId, bool)>, ServerError> {
    let mut done = Vec::new();
    for added in [false, true] {
        let of: Vec<&(Uuid, CustomerId, bool)> = moves.iter().filter(|(_, _, to)| *to == added).collect();
        let users: Vec<Uuid> = of.iter().map(|(user, _, _)| *user).collect();
        let customers: Vec<i64> = of.iter().map(|(_, customer, _)| customer.0.0).collect();
        let sql = if added {
            "INSERT INTO assignment (org_id, user_id, customer) SELECT DISTINCT $1, * FROM unnest($2::uuid[], $3::bigint[])
             ON CONFLICT DO NOTHING RETURNING user_id, customer"
        } else {
            "DELETE FROM assignment a USING unnest($2::uuid[], $3::bigint[]) AS gone (user_id, customer)
             WHERE a.org_id = $1 AND a.user_id = gone.user_id AND a.customer = gone.customer
             RETURNING a.user_id, a.customer"
        };
        let rows = tx.rows(sql, params![org, users, customers]).await?;
        done.extend(rows.iter().map(|row| (row.get(0), CustomerId(StableId(row.get(1))), added)));
    }
    Ok(done)
}

/// Everybody who works the customer gets them whole once more: for what an image can't say, that a row
/// is no more. Called last; the transaction's number.
pub async fn send_again(tx: &Tx<'_>, org: Uuid, customer: CustomerId) -> Result<i64, ServerError> {
    let rows = tx
        .rows(
            "SELECT user_id FROM assignment WHERE org_id = $1 AND customer = $2 ORDER BY user_id",
            params![org, customer.0.0],
        )
        .await?;
    let again: Vec<(Uuid, CustomerId, bool)> = rows.iter().map(|row| (row.get(0), customer, true)).collect();
    number(tx, org, &again).await
}

/// Whoever works beside a user whose access ended is to hear it with the next page: a device asks anew who works
/// its customers when anything changed about that. Called last.
pub(crate) async fn stopped_working(tx: &Tx<'_>, org: Uuid, user: Uuid) -> Result<(), ServerError> {
    let row =
        tx.row("SELECT min(customer) FROM assignment WHERE org_id = $1 AND user_id = $2", params![org, user]).await?;
    // Sent again to the one user who fetches nothing any more.
    if let Some(customer) = row.and_then(|row| row.get::<_, Option<i64>>(0)) {
        number(tx, org, &[(user, CustomerId(StableId(customer)), true)]).await?;
    }
    Ok(())
}

/// Numbers the changes; the counters come last.
pub(super) async fn number(tx: &Tx<'_>, org: Uuid, done: &[(Uuid, CustomerId, bool)]) -> Result<i64, ServerError> {
    let count = i64::try_from(done.len()).unwrap_or(i64::MAX);
    let row = tx
        .row(
            "UPDATE org SET seq = seq + 1, scope_seq = scope_seq + $2 WHERE org_id = $1 RETURNING seq, scope_seq",
            params![org, count],
        )
        .await?
        .ok_or(ServerError::Missing("organisation"))?;
    let (seq, last): (i64, i64) = (row.get(0), row.get(1));
    let versions: Vec<i64> = (last - count + 1..=last).collect();
    let users: Vec<Uuid> = done.iter().map(|(user, _, _)| *user).collect();
    let customers: Vec<i64> = done.iter().map(|(_, customer, _)| customer.0.0).collect();
    let added: Vec<bool> = done.iter().map(|(_, _, added)| *added).collect();
    tx.run(
        "INSERT INTO scope_change (org_id, seq, version, user_id, customer, added)
         SELECT $1, $2, * FROM unnest($3::bigint[], $4::uuid[], $5::bigint[], $6::bool[])",
        params![org, seq, versions, users, customers, added],
    )
    .await?;
    Ok(seq)
}
