//! Accounts that the billing system gave to another customer. All that happened on them goes along, and
//! whoever works either customer gets both whole: an image can't say that an account is no more among theirs.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{AccountId, CustomerId};
use domain::row::Row;
use uuid::Uuid;

use super::assign;
use crate::app::App;
use crate::attach::refile;
use crate::db::{Run, Tx};
use crate::error::ServerError;
use crate::{params, records};

/// An account's way from one customer to another.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    account: AccountId,
    from: CustomerId,
    to: CustomerId,
    /// The other customer comes with this very import.
    new: bool,
}

/// Locks the customers, and those whose accounts come to them. The accounts that move.
pub async fn lock(tx: &Tx<'_>, org: Uuid, units: &BTreeMap<CustomerId, Vec<Row>>) -> Result<Vec<Move>, ServerError> {
    let accounts: BTreeMap<AccountId, CustomerId> = units
        .values()
        .flatten()
        .filter_map(|row| match row {
            Row::Account(account) => Some((account.id, account.customer)),
            _ => None,
        })
        .collect();
    let ids: BTreeSet<AccountId> = accounts.keys().copied().collect();
    let mut customers: BTreeSet<CustomerId> = units.keys().copied().collect();
    customers.extend(records::owners(tx, org, &ids).await?.into_values());
    let there = records::lock(tx, org, &customers).await?;
    // Read once more: until here another import could move them.
    let before = records::owners(tx, org, &ids).await?;
    if before.values().any(|owner| !customers.contains(owner)) {
        return Err(ServerError::Conflict("another import moved the same accounts; import again".to_owned()));
    }
    let moves = before.into_iter().map(|(account, from)| {
        let to = accounts[&account];
        Move { account, from, to, new: !there.contains(&to) }
    });
    Ok(moves.filter(|one| one.from != one.to).collect())
}

/// Takes everything on the accounts to their new customers. Whoever worked a customer's only account goes on with
/// it where the new one was nobody's before: in an extract without customer numbers a name in another spelling
/// is a new customer.
pub async fn carry(app: &App, tx: &Tx<'_>, org: Uuid, moves: &[Move]) -> Result<(), ServerError> {
    for one in moves {
        refile::refile(app, tx, org, one.account, (one.from, one.to)).await?;
        for table in ["record", "service_order"] {
            tx.run(
                &format!("UPDATE {table} SET customer = $4 WHERE org_id = $1 AND customer = $3 AND account = $2"),
                params![org, one.account.0.0, one.from.0.0, one.to.0.0],
            )
            .await?;
        }
    }
    for one in moves.iter().filter(|one| one.new) {
        tx.run(
            "INSERT INTO assignment (org_id, user_id, customer)
             SELECT org_id, user_id, $3 FROM assignment a WHERE org_id = $1 AND customer = $2 AND NOT EXISTS (
               SELECT 1 FROM record r WHERE r.org_id = $1 AND r.customer = $2 AND r.tbl = 40)
             ON CONFLICT DO NOTHING",
            params![org, one.from.0.0, one.to.0.0],
        )
        .await?;
    }
    Ok(())
}

/// Of whoever does not work the new customer, what they did before they heard of it is recorded still, as of one
/// whose account a colleague took over.
async fn worked(tx: &Tx<'_>, org: Uuid, one: Move) -> Result<(), ServerError> {
    let rows = tx
        .rows(
            "SELECT user_id FROM assignment f WHERE org_id = $1 AND customer = $2 AND NOT EXISTS (
               SELECT 1 FROM assignment t WHERE t.org_id = $1 AND t.customer = $3 AND t.user_id = f.user_id)
             ORDER BY user_id",
            params![org, one.from.0.0, one.to.0.0],
        )
        .await?;
    let worked: Vec<(Uuid, CustomerId, bool)> = rows.iter().map(|row| (row.get(0), one.to, false)).collect();
    assign::number(tx, org, &worked).await.map(drop)
}

/// Sends both sides of every move whole, the new one first: so no device loses the account, and the papers
/// that only it has, between two pages. Called last.
pub async fn tell(tx: &Tx<'_>, org: Uuid, moves: &[Move]) -> Result<(), ServerError> {
    let to: BTreeSet<CustomerId> = moves.iter().map(|one| one.to).collect();
    let from: BTreeSet<CustomerId> = moves.iter().map(|one| one.from).collect();
    for one in moves {
        worked(tx, org, *one).await?;
    }
    for customer in to.iter().chain(from.difference(&to)) {
        assign::send_again(tx, org, *customer).await?;
    }
    Ok(())
}
