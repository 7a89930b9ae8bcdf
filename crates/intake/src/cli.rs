//! Mappings as the command line gives them: `FIELD=COLUMN[:VALUE=TO,...,*=TO]`.

use chrono::NaiveDate;
use domain::money::Currency;

use crate::date::DateOrder;
use crate::document::Document;
use crate::error::IntakeError;
use crate::field::Field;
use crate::mapping::{ColumnMap, FileKind, Mapping, ValueMap, find_column};
use crate::number::DecimalMark;
use crate::preview::look;

/// A mapping argument. A column's name may itself contain `:` and `=`, so each way of reading it is
/// kept until the headings decide: the longest name that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapArgument {
    /// The field.
    pub field: Field,
    /// Column and meanings of its values; the longest column name first.
    pub readings: Vec<(String, ValueMap)>,
}

/// What the command line says about a file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Fields and their columns; whatever is needed and not given is proposed.
    pub maps: Vec<MapArgument>,
    /// Order of dates.
    pub date_order: Option<DateOrder>,
    /// Decimal mark of amounts.
    pub decimal: Option<DecimalMark>,
    /// Currency of rows that name none.
    pub currency: Option<Currency>,
    /// Day of the extract.
    pub extract_date: Option<NaiveDate>,
}

/// Reads one argument.
pub fn parse_map(argument: &str) -> Result<MapArgument, IntakeError> {
    let bad = |why| IntakeError::BadMap { argument: argument.to_owned(), why };
    let (field, rest) = argument.split_once('=').ok_or_else(|| bad("it has no ="))?;
    let field: Field = field.parse()?;
    if rest.trim().is_empty() {
        return Err(bad("it names no column"));
    }
    let mut readings = vec![(rest.trim().to_owned(), ValueMap::default())];
    for (at, _) in rest.match_indices(':').collect::<Vec<_>>().into_iter().rev() {
        let column = rest[..at].trim();
        if let Some(values) = parse_values(&rest[at + 1..])
            && !column.is_empty()
        {
            readings.push((column.to_owned(), values));
        }
    }
    Ok(MapArgument { field, readings })
}

/// `VALUE=TO,...,*=TO`. A value may contain commas and equals signs, a meaning may not.
fn parse_values(text: &str) -> Option<ValueMap> {
    let mut map = ValueMap::default();
    let mut pending = String::new();
    for piece in text.split(',') {
        if !pending.is_empty() {
            pending.push(',');
        }
        pending.push_str(piece);
        let Some((from, to)) = pending.rsplit_once('=') else {
            continue;
        };
        let (from, to) = (from.trim(), to.trim());
        if to.is_empty() {
            return None;
        }
        if from == "*" {
            map.other = Some(to.to_owned());
        } else {
            map.values.push((from.to_owned(), to.to_owned()));
        }
        pending.clear();
    }
    (pending.is_empty() && !map.is_empty()).then_some(map)
}

/// The mapping for a file of invoices. Where the arguments name everything that is needed, only
/// fields are added that change no balance (currency, dates that are missing, contacts); else every
/// field that a column's name gives away.
pub fn plan(bytes: &[u8], name: &str, source: &str, options: &Options) -> Result<Mapping, IntakeError> {
    let wanted: Vec<String> = options
        .maps
        .iter()
        .filter(|map| map.readings.len() == 1)
        .map(|map| map.readings[0].0.clone())
        .filter(|column| !column.starts_with('#'))
        .collect();
    let document = Document::open(bytes, None, &wanted)?;
    let mut mapping = Mapping::new(source, FileKind::Invoices);
    mapping.sheet.clone_from(&document.sheet);
    mapping.date_order = options.date_order;
    mapping.decimal = options.decimal;
    mapping.currency = options.currency;
    mapping.extract_date = options.extract_date;
    for argument in &options.maps {
        mapping.columns.push(resolve(argument, &document)?);
    }
    let preview = look(&document, name, FileKind::Invoices, false);
    let given = |field: Field| options.maps.iter().any(|map| map.field == field);
    let taken: Vec<usize> =
        mapping.columns.iter().filter_map(|map| find_column(&document.headers, &map.column).ok()).collect();
    let complete = is_complete(&given);
    for proposal in preview.proposals {
        let map = proposal.map;
        // A name that two columns bear stays, to be refused with both places.
        let at = find_column(&document.headers, &map.column).ok();
        let free = !given(map.field) && at.is_none_or(|at| !taken.contains(&at));
        if free && (!complete || is_harmless(map.field)) && !rivals(map.field, &given) {
            mapping.columns.push(map);
        }
    }
    mapping.proposed = true;
    Ok(mapping)
}

fn resolve(argument: &MapArgument, document: &Document<'_>) -> Result<ColumnMap, IntakeError> {
    let mut refused = None;
    for (column, values) in &argument.readings {
        match find_column(&document.headers, column) {
            Ok(_) => {
                return Ok(ColumnMap { field: argument.field, column: column.clone(), values: values.clone() });
            }
            // The shortest reading is the likeliest to have been meant.
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or(IntakeError::NoHeader))
}

/// The arguments alone say who owes how much by when.
fn is_complete(given: &dyn Fn(Field) -> bool) -> bool {
    let who = given(Field::CustomerId) || given(Field::CustomerName) || given(Field::AccountId);
    let what = given(Field::Amount) || given(Field::OpenAmount);
    let when = given(Field::DueDate) || given(Field::InvoiceDate) && given(Field::Terms);
    who && what && when && given(Field::InvoiceId)
}

/// Fields that change no balance and no identity.
fn is_harmless(field: Field) -> bool {
    crate::item::ABOUT_CUSTOMER.contains(&field)
        || matches!(field, Field::Currency | Field::CustomerName | Field::InvoiceDate | Field::DueDate | Field::Terms)
}

/// A given field that says the same as another: the other is then not added.
fn rivals(field: Field, given: &dyn Fn(Field) -> bool) -> bool {
    match field {
        Field::Amount => given(Field::OpenAmount),
        Field::OpenAmount => given(Field::Amount) && given(Field::PaidAmount),
        Field::CustomerId => given(Field::CustomerName) || given(Field::AccountId),
        Field::AccountId => given(Field::CustomerId) || given(Field::CustomerName),
        _ => false,
    }
}
