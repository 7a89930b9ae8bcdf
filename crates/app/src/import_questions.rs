//! What a file leaves open, and what a person must answer before it can be imported.

use contract::ImportQuestion;
use intake::{Field, FileKind, Form, Mapping};

/// What an import of this kind can't do without; a customer may be named instead of numbered.
pub fn needed(kind: FileKind, field: Field) -> bool {
    match kind {
        FileKind::Invoices => matches!(field, Field::InvoiceId | Field::Amount),
        FileKind::Payments | FileKind::Credits => field == Field::Amount,
        FileKind::Customers => field == Field::CustomerId,
        FileKind::Accounts | FileKind::Services => field == Field::AccountId,
    }
}

/// What a column seems to hold, in words.
pub fn detected(column: &intake::ColumnPreview) -> String {
    use intake::ColumnKind as Kind;
    match (column.kind, &column.dates, &column.numbers) {
        (Kind::Date, Form::Settled { form }, _) => format!("dates, {}", form.code()),
        (Kind::Date, Form::Ambiguous { .. }, _) => "dates, order unclear".to_owned(),
        (Kind::Date, Form::Mixed { .. }, _) => "dates of several forms".to_owned(),
        (Kind::Date, Form::Plain, _) => "dates".to_owned(),
        (Kind::Amount, _, Form::Ambiguous { .. }) => "amounts, decimal mark unclear".to_owned(),
        (Kind::Amount, ..) => "amounts".to_owned(),
        (Kind::Empty, ..) => "empty".to_owned(),
        (Kind::Identifier, ..) => "numbers or codes".to_owned(),
        (Kind::Flag, ..) => "yes or no".to_owned(),
        (Kind::Email, ..) => "email addresses".to_owned(),
        (Kind::Text, ..) => "words".to_owned(),
    }
}

/// What a person must answer: an order of dates that the mapped columns leave open.
pub fn questions(preview: &intake::Preview, mapping: &Mapping) -> Vec<ImportQuestion> {
    date_question(preview, mapping).into_iter().chain(number_question(preview, mapping)).collect()
}

fn number_question(preview: &intake::Preview, mapping: &Mapping) -> Option<ImportQuestion> {
    let mapped = || preview.columns.iter().filter(|column| mapping.columns.iter().any(|map| map.column == column.name));
    if mapping.decimal.is_some() || mapped().any(|column| matches!(column.numbers, Form::Settled { .. })) {
        return None;
    }
    mapped().find_map(|column| match &column.numbers {
        Form::Ambiguous { examples } => {
            let shown: Vec<String> = examples
                .iter()
                .take(3)
                .map(|one| format!("line {}: {} is {} or {}", one.line, one.text, one.one, one.other))
                .collect();
            Some(ImportQuestion {
                field: "decimal".to_owned(),
                text: format!(
                    "The amounts in \"{}\" read two ways: {}. Is the decimal mark a point or a comma?",
                    column.name,
                    shown.join("; ")
                ),
                options: vec!["point".to_owned(), "comma".to_owned()],
            })
        }
        _ => None,
    })
}

fn date_question(preview: &intake::Preview, mapping: &Mapping) -> Option<ImportQuestion> {
    if mapping.date_order.is_some() {
        return None;
    }
    let mapped: Vec<_> = preview
        .columns
        .iter()
        .filter(|column| mapping.columns.iter().any(|map| map.column == column.name))
        .filter(|column| matches!(column.kind, intake::ColumnKind::Date))
        .collect();
    if mapped.iter().any(|column| matches!(column.dates, Form::Settled { .. })) {
        return None;
    }
    mapped.iter().find_map(|column| match &column.dates {
        Form::Ambiguous { examples } => {
            let shown: Vec<String> = examples
                .iter()
                .take(3)
                .map(|one| format!("line {}: {} is {} or {}", one.line, one.text, one.one, one.other))
                .collect();
            Some(ImportQuestion {
                field: "date_order".to_owned(),
                text: format!(
                    "The dates in \"{}\" read two ways: {}. Which is the order of month, day and year?",
                    column.name,
                    shown.join("; ")
                ),
                options: intake::orders_of(examples).into_iter().map(|order| order.code().to_owned()).collect(),
            })
        }
        _ => None,
    })
}
