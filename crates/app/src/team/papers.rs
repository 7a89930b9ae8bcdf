//! Letters of accounts that leave this device: taken out of the files of the runs that printed them,
//! while the others' stay. Where a file can't be cut all of it goes: nothing of an account that is not
//! hers any more may stay.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use contract::{ApiError, ErrorCode, LeftOut};
use domain::ids::{AccountId, RunId};
use domain::row::Row;
use letters::LetterError;
use store::{Document, Member, Store, StoreError};
use sync::ReadPage;
use uuid::Uuid;

use crate::errors::stored;
use crate::runs::{Proposed, left_out_key};

/// The members that stay, on their new pages, and the run's files; none where one goes.
type Rebuilt = (Vec<Member>, Vec<(Uuid, Option<Vec<u8>>)>);

/// Takes out of every run whoever leaves with a page: customers, and accounts that the billing system gave to a
/// customer who is not here.
pub fn take_out_leaving(store: &Store, page: &ReadPage, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut leaving = BTreeSet::new();
    for customer in page.remove.iter().chain(page.replace.iter().map(|(customer, _)| customer)) {
        leaving.extend(store.accounts_of(*customer)?);
    }
    for account in page.replace.iter().flat_map(|(_, rows)| rows).filter_map(Row::account) {
        leaving.remove(&account);
    }
    if leaving.is_empty() { Ok(()) } else { take_out(store, &leaving, now) }
}

/// Takes these accounts out of every run.
fn take_out(store: &Store, leaving: &BTreeSet<AccountId>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut runs: BTreeSet<RunId> = BTreeSet::new();
    for account in leaving {
        runs.extend(store.runs_of(*account)?);
    }
    let accounts: Vec<AccountId> = leaving.iter().copied().collect();
    for run in runs {
        let (_, members) = store.run(run)?;
        let documents = store.documents_of_run(run)?;
        let (gone, stay): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| leaving.contains(&member.account));
        let (members, files) = rebuilt(store, &documents, &gone, stay).unwrap_or_else(|error| {
            eprintln!("dunlin: a run's file could not be made without a letter that left, and goes: {}", error.message);
            (Vec::new(), documents.iter().map(|one| (one.id, None)).collect())
        });
        store.leave_run(run, &accounts, &members, &files)?;
    }
    forget_examples(store, leaving, now)
}

/// Takes out of every run whoever is not in a newer copy of the data.
pub fn take_out_strangers(old: &Store, new: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut leaving = BTreeSet::new();
    for account in old.accounts_in_runs()? {
        if !new.has_account(account)? {
            leaving.insert(account);
        }
    }
    if leaving.is_empty() { Ok(()) } else { take_out(old, &leaving, now) }
}

fn rebuilt(store: &Store, documents: &[Document], gone: &[Member], stay: Vec<Member>) -> Result<Rebuilt, ApiError> {
    let mut pages = BTreeSet::new();
    for member in gone {
        let proposed = Proposed::of(member)?;
        if let Some(first) = proposed.page {
            pages.extend(first as usize..(first + proposed.pages.max(1)) as usize);
        }
    }
    if pages.is_empty() {
        // Excluded, refused, or not printed yet.
        return Ok((Vec::new(), Vec::new()));
    }
    let mut members = Vec::with_capacity(stay.len());
    for member in stay {
        let mut proposed = Proposed::of(&member)?;
        if let Some(page) = &mut proposed.page {
            *page -= crate::views::count(pages.range(..*page as usize).count());
            members.push(Member { body: proposed.body(), ..member });
        }
    }
    let failed = |error: LetterError| ApiError::new(ErrorCode::Failed, error.to_string(), "");
    let mut files = Vec::with_capacity(documents.len());
    for (at, document) in documents.iter().enumerate() {
        // Of each kind the latest: a confirmation that was cut short may have left an earlier one.
        let latest = documents[at + 1..].iter().all(|later| later.media_type != document.media_type);
        let bytes = if latest && !members.is_empty() {
            let bytes = store.document_bytes(document.id).map_err(stored)?;
            match document.media_type.as_str() {
                "application/pdf" => letters::without(&bytes, &pages).map_err(failed)?,
                _ => Some(letters::manifest_without(&bytes, &pages).map_err(failed)?),
            }
        } else {
            None
        };
        files.push((document.id, bytes));
    }
    Ok((members, files))
}

/// A run also names some of those it left out.
fn forget_examples(store: &Store, leaving: &BTreeSet<AccountId>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut named = Vec::new();
    for account in leaving {
        if let Ok(facts) = store.facts(*account, now) {
            named.push(format!("({})", facts.account.reference));
        }
    }
    for run in store.runs(usize::MAX)? {
        let key = left_out_key(run.id);
        let Some(mut left_out) = store.setting::<Vec<LeftOut>>(&key)? else {
            continue;
        };
        let count = |all: &[LeftOut]| all.iter().map(|one| one.examples.len()).sum::<usize>();
        let before = count(&left_out);
        for one in &mut left_out {
            one.examples.retain(|example| named.iter().all(|name| !example.ends_with(name.as_str())));
        }
        if count(&left_out) < before {
            store.put_setting(&key, &left_out)?;
        }
    }
    Ok(())
}
