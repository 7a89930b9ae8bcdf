//! A whole day's work on an extract, without a window: import, aging, plan, letters, emails. The same
//! code as the window's, on a fresh encrypted store that is thrown away.

mod folder;
mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use contract::{ApiError, ConfirmRun, CreateDatabase, ProposeRun};
use domain::aging::{AgingPolicy, age, open_items};
use domain::facts::Facts;
use domain::money::{Currency, Money};
use domain::outbox::State;
use intake::Batch;
use intake::cli::Options;
use mail::Transport;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use store::{OutboxFilter, Which};

use self::folder::{EMAILS, LETTERS, MANIFEST, write, write_report};
pub use self::report::Report;
use self::report::{Bucket, LeftOut, Line, Open};
use crate::desk::Desk;
use crate::errors::{file, stored};
use crate::import::{adopt, told, unreadable};
use crate::seams::{FixedClock, MemoryKeychain, NoShell};
use crate::vault::{hex, random};

/// What to do.
pub struct DayOrder {
    /// The extract.
    pub file: PathBuf,
    /// The day.
    pub as_of: NaiveDate,
    /// Where the results go.
    pub out: PathBuf,
    /// Mapping, date order and currency.
    pub options: Options,
}

/// The facts of a batch's accounts, before anything was done on them.
#[must_use]
pub fn facts_of(batch: &Batch) -> Vec<Facts> {
    let mut invoices: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for invoice in &batch.invoices {
        invoices.entry(invoice.account).or_default().push(invoice.clone());
    }
    let mut payments: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for payment in &batch.payments {
        payments.entry(payment.account).or_default().push(payment.clone());
    }
    let mut services: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for service in &batch.services {
        services.entry(service.account).or_default().push(service.clone());
    }
    let customers: BTreeMap<_, _> = batch.customers.iter().map(|customer| (customer.id, customer)).collect();
    batch
        .accounts
        .iter()
        .filter_map(|account| {
            let mut of_account = invoices.remove(&account.id).unwrap_or_default();
            of_account.sort_by_key(|invoice| invoice.due);
            Some(Facts {
                customer: (*customers.get(&account.customer)?).clone(),
                services: services.remove(&account.id).unwrap_or_default(),
                invoices: of_account,
                payments: payments.remove(&account.id).unwrap_or_default(),
                disputes: Vec::new(),
                holds: Vec::new(),
                arrangements: Vec::new(),
                contacts: Vec::new(),
                follow_ups: Vec::new(),
                steps: Vec::new(),
                outbox: Vec::new(),
                approvals: Vec::new(),
                account: account.clone(),
            })
        })
        .collect()
}

/// Writes the report of a day that could not begin: a file that can't be read, an order that can't be
/// followed. Nothing of an earlier day stays beside it.
pub fn refuse(out: &Path, as_of: NaiveDate, why: &str) -> Result<(), ApiError> {
    folder::clear(out)?;
    let problems = vec![Line { line: None, what: why.to_owned() }];
    write_report(out, &Report { as_of: as_of.to_string(), problems, ..Report::default() })
}

/// Does the day. `Ok(true)` when the file was imported; `Ok(false)` when it could not be, and only
/// the report with the problem list was written.
pub fn run(order: &DayOrder) -> Result<bool, ApiError> {
    let bytes = std::fs::read(&order.file).map_err(|error| file(&order.file, "read", &error))?;
    folder::clear(&order.out)?;
    let name = order.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut report = Report { as_of: order.as_of.to_string(), ..Report::default() };
    let read = intake::cli::plan(&bytes, &name, "extract", &order.options)
        .and_then(|mapping| intake::read(&bytes, &mapping, &mut |_, _| std::ops::ControlFlow::Continue(())));
    let mut batch = match read {
        Ok(batch) => batch,
        Err(error) => {
            report.problems = error
                .problems()
                .iter()
                .map(|one| Line { line: (one.line > 0).then_some(one.line), what: one.sentence() })
                .collect();
            if report.problems.is_empty() {
                report.problems.push(Line { line: None, what: unreadable(&error).message });
            }
            write_report(&order.out, &report)?;
            return Ok(false);
        }
    };
    report.rows = batch.rows;
    report.accepted = batch.accepted;
    report.warnings = batch.warnings.iter().map(|one| Line { line: one.line, what: told(one) }).collect();
    if !batch.is_importable() {
        report.accepted = 0;
        report.problems = batch
            .problems
            .iter()
            .map(|one| Line { line: (one.line > 0).then_some(one.line), what: one.sentence() })
            .collect();
        write_report(&order.out, &report)?;
        return Ok(false);
    }
    std::fs::create_dir_all(&order.out).map_err(|error| file(&order.out, "created", &error))?;
    let scratch = order.out.join(format!(".dunlin-{}", hex(&random::<6>()?)));
    let worked = work(order, &mut batch, &name, &bytes, &scratch, &mut report);
    // The store is encrypted under a key that is gone with this process; the file goes too.
    let removed = std::fs::remove_dir_all(&scratch);
    worked?;
    removed.map_err(|error| file(&scratch, "removed", &error))?;
    write_report(&order.out, &report)?;
    Ok(true)
}

fn work(
    order: &DayOrder,
    batch: &mut Batch,
    name: &str,
    bytes: &[u8],
    scratch: &Path,
    report: &mut Report,
) -> Result<(), ApiError> {
    // Mid-afternoon UTC: within contact hours from the Atlantic to the Pacific.
    let noon = NaiveTime::from_hms_opt(18, 0, 0).unwrap_or_default();
    let clock = FixedClock(order.as_of.and_time(noon).and_utc());
    let desk = Desk::new(scratch, Arc::new(NoShell), Arc::new(MemoryKeychain::default()), Arc::new(clock)).counting();
    desk.create(&CreateDatabase { passphrase: None, user: "day".to_owned() })?;
    let store = desk.store()?;
    let mut settings = desk.settings_of(&store)?;
    settings.letterhead = crate::pages::specimen_letterhead();
    settings.save(&store).map_err(stored)?;
    adopt(batch, &settings);
    as_known(batch, order.as_of);
    desk.store_batch(&store, &settings, batch, name, &hex(&Sha256::digest(bytes)), &mut |_, _, _| {
        std::ops::ControlFlow::Continue(())
    })?;
    ages(&desk, order.as_of, report)?;
    report.customers = batch.customers.len();
    report.accounts = batch.accounts.len();
    letters(&desk, &order.out, report)?;
    emails(&desk, &order.out, report)
}

/// What happened after the day was not known on it: an invoice settled or written off later is open.
/// The store picks the accounts to work by what it holds, whatever the day.
fn as_known(batch: &mut Batch, on: NaiveDate) {
    for invoice in &mut batch.invoices {
        if invoice.settled.is_some_and(|day| day > on) {
            // The undated applied amount is the state after it.
            invoice.settled = None;
            invoice.applied = Decimal::ZERO;
        }
        if invoice.written_off.is_some_and(|day| day > on) {
            invoice.written_off = None;
        }
    }
}

/// Sums over what the store holds, not over what was read: what the window would show.
fn ages(desk: &Desk, as_of: NaiveDate, report: &mut Report) -> Result<(), ApiError> {
    #[derive(Default, Clone)]
    struct Sums {
        invoices: u64,
        open: Decimal,
        past_due_invoices: u64,
        past_due: Decimal,
        disputed: Decimal,
        unapplied: Decimal,
        buckets: Vec<(u64, Decimal)>,
    }
    let policy = AgingPolicy::default();
    let mut by_currency: BTreeMap<Currency, Sums> = BTreeMap::new();
    desk.store()?
        .for_each_facts(Which::All, desk.now(), |facts| {
            for aging in age(&facts, &policy, as_of) {
                let sums = by_currency
                    .entry(aging.currency)
                    .or_insert_with(|| Sums { buckets: vec![(0, Decimal::ZERO); policy.buckets()], ..Sums::default() });
                sums.open += aging.open;
                sums.past_due += aging.past_due;
                sums.disputed += aging.disputed;
                sums.unapplied += aging.unapplied;
                for (index, (count, amount)) in aging.buckets.iter().enumerate() {
                    sums.buckets[index].0 += u64::from(*count);
                    sums.buckets[index].1 += amount;
                    sums.invoices += u64::from(*count);
                }
            }
            for item in open_items(&facts, as_of).iter().filter(|item| item.days_past_due > 0) {
                if let Some(sums) = by_currency.get_mut(&item.invoice.amount.currency) {
                    sums.past_due_invoices += 1;
                }
            }
            Ok(())
        })
        .map_err(stored)?;
    for (currency, sums) in by_currency {
        let text = |amount| Money::new(amount, currency).plain();
        report.open.push(Open {
            currency: currency.to_string(),
            invoices: sums.invoices,
            amount: text(sums.open),
            past_due_invoices: sums.past_due_invoices,
            past_due_amount: text(sums.past_due),
            disputed_amount: text(sums.disputed),
            unapplied_amount: text(sums.unapplied),
        });
        for (index, (invoices, amount)) in sums.buckets.iter().enumerate() {
            report.aging.push(Bucket {
                currency: currency.to_string(),
                label: policy.label(index),
                invoices: *invoices,
                amount: text(*amount),
            });
        }
    }
    Ok(())
}

fn left_out(report: &mut Report, list: &[contract::LeftOut]) {
    report.left_out.extend(list.iter().map(|one| LeftOut { why: one.why.clone(), accounts: one.count }));
}

fn letters(desk: &Desk, out: &Path, report: &mut Report) -> Result<(), ApiError> {
    let run = desk.propose(&ProposeRun { job: "letters".to_owned(), channel: "letter".to_owned() })?;
    left_out(report, &run.left_out);
    if run.summary.letters == 0 {
        return Ok(());
    }
    let outcome = desk.confirm(&ConfirmRun { job: "letters".to_owned(), run: run.summary.run.clone() })?;
    left_out(report, &outcome.dropped);
    report.letters = outcome.letters as usize;
    let store = desk.store()?;
    let id = crate::parse::id(&run.summary.run)?;
    for document in store.documents_of_run(id).map_err(stored)? {
        let name = if document.media_type == "text/csv" { MANIFEST } else { LETTERS };
        write(&out.join(name), &store.document_bytes(document.id).map_err(stored)?)?;
    }
    Ok(())
}

fn emails(desk: &Desk, out: &Path, report: &mut Report) -> Result<(), ApiError> {
    let account = mail::Account::generic(
        "localhost",
        587,
        mail::Security::StartTls,
        "billing@example.com",
        mail::SignIn::Password { user: "billing@example.com".to_owned() },
    );
    desk.store()?.put_setting("mail_account", &account).map_err(stored)?;
    let run = desk.propose(&ProposeRun { job: "emails".to_owned(), channel: "email".to_owned() })?;
    left_out(report, &run.left_out);
    if run.summary.letters == 0 {
        return Ok(());
    }
    let outcome = desk.confirm(&ConfirmRun { job: "emails".to_owned(), run: run.summary.run })?;
    left_out(report, &outcome.dropped);
    let folder = out.join(EMAILS);
    std::fs::create_dir_all(&folder).map_err(|error| file(&folder, "created", &error))?;
    let sent = desk.send_through("emails", &mut Transport::File(folder))?;
    report.emails = sent.sent as usize;
    // What the gate held back at the last moment (hours, a cap that the message before filled).
    let mut held: BTreeMap<String, u32> = BTreeMap::new();
    for row in desk.store()?.outbox(OutboxFilter::Words(&["waiting", "stopped"])).map_err(stored)? {
        if let State::Waiting { why, .. } | State::Stopped { why, .. } = row.state {
            *held.entry(why).or_default() += 1;
        }
    }
    report.left_out.extend(held.into_iter().map(|(why, accounts)| LeftOut { why, accounts }));
    Ok(())
}
