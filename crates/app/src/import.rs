//! Taking in a billing extract: a look, a dry run, and the whole of it or nothing.

use std::ops::ControlFlow;
use std::path::Path;

use contract::{
    ApiError, ColumnView, ErrorCode, FieldMapping, FieldView, ImportReport, ImportRequest, InspectRequest, InspectView,
    MappingForm, MoneyView, ProblemView,
};
use domain::aging::open_on;
use domain::history::Entry;
use domain::ids::{HistoryId, IdSource as _};
use domain::money::Currency;
use intake::{Batch, ColumnMap, Field, FileKind, IntakeError, Mapping};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use store::{Import, Store};

use crate::desk::Desk;
use crate::errors::{cancelled, file, stored};
use crate::import_known::keep_known;
use crate::import_questions::{detected, needed, questions};
use crate::parse;
use crate::settings::Settings;
use crate::vault::hex;
use crate::views::{amount, count, word};

/// Problems shown; more would not be read.
const SHOWN: usize = 500;

/// An intake error for the window.
pub fn unreadable(error: &IntakeError) -> ApiError {
    if matches!(error, IntakeError::Cancelled) {
        return cancelled();
    }
    ApiError::new(ErrorCode::Invalid, format!("{error}."), "Nothing was imported.")
}

/// What was derived or left out, and on how many lines.
pub fn told(warning: &intake::Warning) -> String {
    if warning.count > 1 { format!("{} ({} lines)", warning.what, warning.count) } else { warning.what.clone() }
}

fn read_file(path: &str) -> Result<Vec<u8>, ApiError> {
    let path = Path::new(path.trim());
    std::fs::read(path).map_err(|error| file(path, "read", &error))
}

fn name_of(path: &str) -> String {
    Path::new(path.trim()).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// `Yes=true,*=false` of a column's value map.
fn values_text(map: &intake::ValueMap) -> String {
    let mut parts: Vec<String> = map.values.iter().map(|(from, to)| format!("{from}={to}")).collect();
    parts.extend(map.other.iter().map(|to| format!("*={to}")));
    parts.join(",")
}

fn form_of(mapping: &Mapping) -> MappingForm {
    MappingForm {
        fields: mapping
            .columns
            .iter()
            .map(|map| FieldMapping {
                field: map.field.name().to_owned(),
                column: map.column.clone(),
                values: values_text(&map.values),
            })
            .collect(),
        date_order: mapping.date_order.map(|order| order.code().to_owned()),
        currency: mapping.currency.map(|currency| currency.to_string()),
        decimal: mapping.decimal.map(|mark| word(&mark)),
        kind: word(&mapping.kind),
    }
}

/// The mapping of a filled form: what is shown is what is used.
fn mapping_of(form: &MappingForm, source: &str) -> Result<Mapping, ApiError> {
    let mut mapping = Mapping::new(source, parse::word("kind", &form.kind)?);
    for field in &form.fields {
        let values = if field.values.trim().is_empty() { String::new() } else { format!(":{}", field.values.trim()) };
        let argument = intake::cli::parse_map(&format!("{}={}{values}", field.field, field.column))
            .map_err(|error| unreadable(&error))?;
        // A column's name may hold a colon: the reading whose column is the one chosen.
        let (column, values) =
            argument.readings.into_iter().find(|(column, _)| *column == field.column.trim()).ok_or_else(|| {
                ApiError::invalid(
                    "values",
                    format!("The replacements of {} can't be read.", field.field),
                    "Write them as VALUE=TO,...,*=TO.",
                )
            })?;
        mapping.columns.push(ColumnMap { field: argument.field, column, values });
    }
    if let Some(order) = form.date_order.as_deref().filter(|text| !text.is_empty()) {
        mapping.date_order = Some(order.parse().map_err(|error: intake::NotADateOrder| {
            ApiError::invalid("date_order", format!("{error}."), "Choose one of the three.")
        })?);
    }
    if let Some(mark) = form.decimal.as_deref().filter(|text| !text.is_empty()) {
        mapping.decimal = Some(parse::word("decimal", mark)?);
    }
    if let Some(code) = form.currency.as_deref().filter(|text| !text.trim().is_empty()) {
        mapping.currency = Some(parse::currency("currency", code)?);
    }
    Ok(mapping)
}

/// The name under which a mapping is kept: one source may have several files.
fn kept_as(source: &str, kind: FileKind) -> String {
    format!("{source}/{}", word(&kind))
}

impl Desk {
    /// What a file looks like, and the mapping that was saved for its source, or a proposed one.
    pub(crate) fn look_at(&self, input: &InspectRequest) -> Result<InspectView, ApiError> {
        let store = self.store()?;
        let bytes = read_file(&input.path)?;
        let name = name_of(&input.path);
        let kind: FileKind = parse::word("kind", &input.kind)?;
        let preview = intake::inspect_as(&bytes, &name, None, kind).map_err(|error| unreadable(&error))?;
        let kept =
            store.mappings().map_err(stored)?.into_iter().find(|(source, _)| *source == kept_as(&input.source, kind));
        let kept: Option<Mapping> = kept.and_then(|(_, value)| serde_json::from_value(value).ok());
        let saved = kept.is_some();
        let mapping = kept.unwrap_or_else(|| Mapping { kind, ..preview.mapping(&input.source) });
        let depth = preview.columns.iter().map(|column| column.samples.len()).max().unwrap_or(0).min(5);
        Ok(InspectView {
            file: name,
            format: format!("{:?}", preview.format).to_uppercase(),
            encoding: preview.encoding.to_owned(),
            delimiter: match preview.delimiter {
                Some('\t') => "tab".to_owned(),
                Some(';') => "semicolon".to_owned(),
                Some(',') => "comma".to_owned(),
                Some('|') => "bar".to_owned(),
                Some(other) => other.to_string(),
                None => "none".to_owned(),
            },
            header_line: u32::try_from(preview.header_line).unwrap_or(1),
            rows: u32::try_from(preview.records).unwrap_or(u32::MAX),
            questions: questions(&preview, &mapping),
            columns: preview
                .columns
                .iter()
                .map(|column| ColumnView {
                    name: column.name.clone(),
                    detected: detected(column),
                    samples: column.samples.clone(),
                })
                .collect(),
            fields: Field::ALL
                .iter()
                .map(|field| FieldView {
                    field: field.name().to_owned(),
                    label: field.name().replace('_', " "),
                    required: needed(kind, *field),
                })
                .collect(),
            mapping: form_of(&mapping),
            saved,
            payments_until: self.payments_guess(&store, kind, &input.path)?.map(|at| at.to_rfc3339()),
            sample: (0..depth)
                .map(|row| {
                    preview.columns.iter().map(|column| column.samples.get(row).cloned().unwrap_or_default()).collect()
                })
                .collect(),
        })
    }

    /// Reads the file; imports it unless it is a dry run or has a problem.
    pub(crate) fn take_in(&self, input: &ImportRequest, dry: bool) -> Result<ImportReport, ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let source = input.source.trim();
        if source.is_empty() {
            return Err(ApiError::invalid(
                "source",
                "The extract has no source name.",
                "Name the billing system it comes from; its mapping is kept under that name.",
            ));
        }
        let bytes = read_file(&input.path)?;
        let name = name_of(&input.path);
        let mapping = mapping_of(&input.mapping, source)?;
        let payments_until = self.payments_until(input)?;
        let mut job = self.job(&input.job);
        let mut batch = intake::read(&bytes, &mapping, &mut |done, total| job.step("Reading", done, total))
            .map_err(|error| unreadable(&error))?;
        adopt(&mut batch, &settings);
        keep_known(&store, &mut batch, &mapping)?;
        let report = report(&batch, self.today());
        if dry || !batch.is_importable() {
            return Ok(report);
        }
        crate::sample::not_in_the_sample(&settings)?;
        if Self::publishes_to_team(&store)? {
            let done =
                self.upload(&store, &batch, payments_until, &mut |label, done, total| job.step(label, done, total))?;
            Self::keep_mapping(&store, source, &mapping, input.save_mapping)?;
            self.changed("import");
            return Ok(ImportReport {
                inserted: count(done.new),
                updated: count(done.changed.saturating_sub(done.new)),
                unchanged: count(done.same),
                done: true,
                ..report
            });
        }
        let counts = self.store_batch(
            &store,
            &settings,
            &batch,
            &name,
            &hex(&Sha256::digest(&bytes)),
            &mut |label, done, total| job.step(label, done, total),
        )?;
        self.match_recorded(&store, &settings)?;
        Self::keep_mapping(&store, source, &mapping, input.save_mapping)?;
        let report = imported(&batch, &counts, self.today());
        let _ = job.step("Planning My day", 0, 0);
        self.plan_all(&store)?;
        self.changed("import");
        Ok(report)
    }

    fn keep_mapping(store: &Store, source: &str, mapping: &Mapping, keep: bool) -> Result<(), ApiError> {
        if !keep {
            return Ok(());
        }
        let kept = serde_json::to_value(mapping).map_err(|error| {
            ApiError::new(
                ErrorCode::Failed,
                format!("The mapping can't be kept: {error}."),
                "The import itself is done.",
            )
        })?;
        store.put_mapping(&kept_as(source, mapping.kind), &kept).map_err(stored)
    }

    /// Payments that a person recorded and the billing system has posted by now count once. Should
    /// the program stop before this, the next import does it.
    fn match_recorded(&self, store: &Store, settings: &Settings) -> Result<(), ApiError> {
        let now = self.now();
        let recorded = store.recorded_payments().map_err(stored)?;
        let mut plans = Vec::new();
        for of_account in recorded.chunk_by(|(one, _), (other, _)| one == other) {
            let facts = store.facts(of_account[0].0, now).map_err(stored)?;
            let payments: Vec<_> = of_account.iter().map(|(_, payment)| *payment).collect();
            plans.push(domain::decide::brought(&facts, &payments, &settings.user, now, &mut self.ids()));
        }
        store.commit_all(&plans).map_err(stored)
    }

    /// One transaction, with its history entry.
    pub(crate) fn store_batch(
        &self,
        store: &Store,
        settings: &Settings,
        batch: &Batch,
        file_name: &str,
        file_hash: &str,
        step: &mut dyn FnMut(&str, u64, u64) -> ControlFlow<()>,
    ) -> Result<store::Counts, ApiError> {
        let now = self.now();
        let mut ids = self.ids();
        let import = Import {
            source: &batch.source,
            file_name,
            file_hash,
            actor: &settings.user,
            at: now,
            customers: &batch.customers,
            accounts: &batch.accounts,
            services: &batch.services,
            invoices: &batch.invoices,
            payments: &batch.payments,
            disputes: &[],
        };
        store
            .import(
                &import,
                |counts| {
                    vec![Entry {
                        id: HistoryId(ids.fresh()),
                        at: now,
                        actor: settings.user.clone(),
                        account: None,
                        kind: "extract.imported".to_owned(),
                        summary: format!(
                            "{file_name} imported: {} new invoices, {} changed",
                            counts.invoices.inserted, counts.invoices.updated
                        ),
                        detail: serde_json::json!({ "source": batch.source, "sha256": file_hash, "counts": counts }),
                    }]
                },
                &mut |progress| step("Writing", progress.done as u64, progress.total as u64).is_continue(),
            )
            .map_err(stored)
    }
}

/// An extract does not say in whose name we collect: the installation does.
pub fn adopt(batch: &mut Batch, settings: &Settings) {
    for account in &mut batch.accounts {
        account.mode = settings.mode;
        if account.creditor.is_empty() {
            account.creditor.clone_from(&settings.letterhead.name);
        }
    }
}

fn report(batch: &Batch, today: chrono::NaiveDate) -> ImportReport {
    let mut open: BTreeMap<Currency, (Decimal, Decimal)> = BTreeMap::new();
    for invoice in &batch.invoices {
        let left = open_on(invoice, Decimal::ZERO, today);
        let sums = open.entry(invoice.amount.currency).or_default();
        sums.0 += left;
        if invoice.due < today {
            sums.1 += left;
        }
    }
    let sums = |pick: fn(&(Decimal, Decimal)) -> Decimal| -> Vec<MoneyView> {
        open.iter().map(|(currency, sums)| amount(pick(sums), *currency)).collect()
    };
    ImportReport {
        rows: u32::try_from(batch.rows).unwrap_or(u32::MAX),
        accepted: u32::try_from(batch.accepted).unwrap_or(u32::MAX),
        customers: count(batch.customers.len()),
        accounts: count(batch.accounts.len()),
        invoices: count(batch.invoices.len()),
        payments: count(batch.payments.len()),
        billed: batch.totals.iter().map(|total| amount(total.billed, total.currency)).collect(),
        open: sums(|sums| sums.0),
        past_due: sums(|sums| sums.1),
        problems: batch
            .problems
            .iter()
            .take(SHOWN)
            .map(|one| ProblemView { line: u32::try_from(one.line).unwrap_or(0), what: one.sentence() })
            .collect(),
        problem_count: count(batch.problems.len()),
        warnings: batch
            .warnings
            .iter()
            .map(|one| ProblemView {
                line: one.line.and_then(|line| u32::try_from(line).ok()).unwrap_or(0),
                what: told(one),
            })
            .collect(),
        inserted: 0,
        updated: 0,
        unchanged: 0,
        done: false,
    }
}

/// The report of a batch that was stored.
pub fn imported(batch: &Batch, counts: &store::Counts, today: chrono::NaiveDate) -> ImportReport {
    let all = [counts.customers, counts.accounts, counts.services, counts.invoices, counts.payments];
    ImportReport {
        inserted: count(all.iter().map(|one| one.inserted).sum()),
        updated: count(all.iter().map(|one| one.updated).sum()),
        unchanged: count(all.iter().map(|one| one.unchanged).sum()),
        done: true,
        ..report(batch, today)
    }
}
