//! Which column is which field, by the names that billing systems use and by what the cells hold.

use serde::Serialize;

use crate::doubt::{OPEN_PARTS, is_of_another};
use crate::field::Field;
use crate::mapping::{ColumnMap, FileKind, ValueMap};
use crate::preview::{ColumnKind, ColumnPreview};
use crate::synonyms::{OTHERS, SYNONYMS, names, normalise, written_out};

/// How sure a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Parts of the name and the content fit.
    Low,
    /// The name is used for this field, but for others too.
    Medium,
    /// The name says so and the content fits.
    High,
}

/// A field and the column it is proposed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Field and column.
    pub map: ColumnMap,
    /// How sure.
    pub confidence: Confidence,
}

/// Names that say little by themselves.
const VAGUE: &[&str] = &[
    "no",
    "num",
    "number",
    "nbr",
    "id",
    "ref",
    "reference",
    "date",
    "name",
    "type",
    "class",
    "art",
    "account",
    "customer",
    "client",
    "value",
    "total",
    "balance",
    "paid",
    "received",
    "due",
    "created",
    "state",
    "sign",
    "signe",
    "signo",
    "segno",
    "sens",
    "data",
    "nome",
    "nombre",
    "naam",
    "tipo",
    "valor",
    "pago",
    "paga",
    "piece",
    "documento",
    "saldo",
    "solde",
    "credit",
    "debit",
    "mail",
    "st",
    "cp",
    "cap",
    "closed",
];

/// Proposes a mapping for a file of that kind.
#[must_use]
pub fn propose(columns: &[ColumnPreview], kind: FileKind) -> Vec<Proposal> {
    let headings: Vec<String> = columns.iter().map(|column| normalise(&column.name)).collect();
    let long = columns.iter().map(|column| written_out(&column.name)).collect();
    let mut proposer = Proposer { columns, headings, long, taken: vec![false; columns.len()], found: Vec::new() };
    if !matches!(kind, FileKind::Invoices) {
        for (field, _) in OTHERS {
            if wanted(kind, *field) {
                proposer.by_name(*field, OTHERS);
            }
        }
    }
    for (field, _) in SYNONYMS {
        if wanted(kind, *field) {
            proposer.by_name(*field, SYNONYMS);
        }
    }
    for (field, _) in OTHERS.iter().chain(SYNONYMS) {
        if wanted(kind, *field) {
            proposer.by_name_alone(*field);
        }
    }
    if kind == FileKind::Invoices {
        proposer.by_parts();
        proposer.by_content();
        proposer.pair();
        proposer.who();
    }
    proposer.found.sort_by_key(|proposal| proposal.map.field);
    proposer.found
}

/// Fields that a kind of file has.
fn wanted(kind: FileKind, field: Field) -> bool {
    let party = matches!(field, Field::CustomerId | Field::CustomerName | Field::AccountId);
    let about = crate::item::ABOUT_CUSTOMER.contains(&field);
    match kind {
        FileKind::Invoices => !matches!(field, Field::PostedDate | Field::Reference),
        FileKind::Customers => matches!(field, Field::CustomerId | Field::CustomerName) || about,
        FileKind::Accounts => party || about || matches!(field, Field::OpenedDate | Field::ClosedDate),
        FileKind::Services => {
            party || matches!(field, Field::ServiceId | Field::Product | Field::Identifier | Field::ServiceState)
        }
        FileKind::Payments | FileKind::Credits => {
            party
                || matches!(
                    field,
                    Field::Reference
                        | Field::PostedDate
                        | Field::Method
                        | Field::ReversedDate
                        | Field::Amount
                        | Field::Currency
                        | Field::InvoiceId
                )
        }
    }
}

struct Proposer<'c> {
    columns: &'c [ColumnPreview],
    headings: Vec<String>,
    /// Headings of shortened words, written out.
    long: Vec<Option<String>>,
    taken: Vec<bool>,
    found: Vec<Proposal>,
}

impl Proposer<'_> {
    fn has(&self, field: Field) -> bool {
        self.found.iter().any(|proposal| proposal.map.field == field)
    }

    fn take(&mut self, field: Field, at: usize, confidence: Confidence) {
        let name = &self.columns[at].name;
        let twins = self.columns.iter().filter(|column| column.name.eq_ignore_ascii_case(name)).count();
        // Two columns of one name that a balance hangs on: the name is refused later, and asked.
        let column = if twins > 1 && !matters(field) { format!("#{}", at + 1) } else { name.clone() };
        self.taken[at] = true;
        self.found.push(Proposal { map: ColumnMap { field, column, values: ValueMap::default() }, confidence });
    }

    fn by_name(&mut self, field: Field, table: &'static [(Field, &'static str)]) {
        if self.has(field) {
            return;
        }
        let fits = |at: usize, name: &str| {
            !self.taken[at] && self.heading_is(at, name) && content_fits(field, name, &self.columns[at])
        };
        // A name that fits the content and has no gaps goes before one that has some.
        let most = self.columns.iter().map(|column| column.filled).max().unwrap_or(0);
        let all: Vec<(usize, &str)> = names(table, field)
            .flat_map(|name| (0..self.columns.len()).filter(move |at| fits(*at, name)).map(move |at| (at, name)))
            .collect();
        let whole = all.iter().find(|(at, _)| field != Field::InvoiceId || self.columns[*at].filled == most);
        if let Some((at, name)) = whole.or(all.first()).copied() {
            let confidence = if VAGUE.contains(&name) { Confidence::Medium } else { Confidence::High };
            self.take(field, at, confidence);
        }
    }

    /// A name that leaves no doubt is taken although the cells do not fit, so that each cell that
    /// can't be read is named rather than the column passed over.
    fn by_name_alone(&mut self, field: Field) {
        if self.has(field) || !matters(field) {
            return;
        }
        let doubtless = |at: usize, name: &str| !VAGUE.contains(&name) || self.columns[at].kind == ColumnKind::Empty;
        let found = names(SYNONYMS, field).find_map(|name| {
            (0..self.columns.len()).find(|at| !self.taken[*at] && self.heading_is(*at, name) && doubtless(*at, name))
        });
        if let Some(at) = found {
            self.take(field, at, Confidence::Medium);
        }
    }

    /// The heading, its words written out.
    fn heading(&self, at: usize) -> &str {
        self.long[at].as_deref().unwrap_or(&self.headings[at])
    }

    /// The heading, or the heading without a currency's code at its end.
    fn heading_is(&self, at: usize, name: &str) -> bool {
        let heading = &self.headings[at];
        heading == name
            || self.long[at].as_deref() == Some(name)
            // `Bill To: Work Email`, `Billing City`.
            || ["billto", "billing", "soldto", "customer", "invoiceto"].iter().any(|part| {
                heading.strip_prefix(part) == Some(name) && name.len() > 2 && is_contact(name)
            })
            || crate::currency::in_heading(&self.columns[at].name)
                .is_some_and(|currency| heading.strip_suffix(&currency.code().to_lowercase()) == Some(name))
    }

    /// Names that only contain a word: taken when the content fits and no exact name was found.
    fn by_parts(&mut self) {
        let rules: [(Field, &[&str]); 7] = [
            (Field::DueDate, &["due"]),
            (Field::InvoiceDate, &["inv", "doc", "bill", "issue"]),
            (Field::OpenAmount, OPEN_PARTS),
            (Field::Amount, &["amount", "amt", "total"]),
            (Field::InvoiceId, &["invoice", "inv", "document", "bill"]),
            (Field::Currency, &["currency", "ccy"]),
            (Field::Email, &["email", "courriel", "correo"]),
        ];
        for (field, parts) in rules {
            if self.has(field) || field == Field::Amount && self.has(Field::OpenAmount) {
                continue;
            }
            let found = (0..self.columns.len()).find(|at| {
                !self.taken[*at]
                    && content_fits(field, "", &self.columns[*at])
                    && parts.iter().any(|part| self.headings[*at].contains(part))
                    && ![
                        "paid", "tax", "vat", "disc", "aging", "days", "ship", "order", "type", "status", "po",
                        "opening", "opened",
                    ]
                    .iter()
                    .any(|part| self.headings[*at].contains(part))
                    && !(field == Field::OpenAmount && is_of_another(&self.headings[*at]))
            });
            if let Some(at) = found {
                self.take(field, at, Confidence::Low);
            }
        }
    }

    /// A column of nothing but debit and credit, written out, whatever its heading.
    fn by_content(&mut self) {
        if self.has(Field::DebitCredit) || self.has(Field::CreditAmount) {
            return;
        }
        let told = |column: &ColumnPreview| {
            column.samples.len() > 1 && column.samples.iter().all(|text| text.len() > 1) && sides(column)
        };
        if let Some(at) = (0..self.columns.len()).find(|at| !self.taken[*at] && told(&self.columns[*at])) {
            self.take(Field::DebitCredit, at, Confidence::Low);
        }
    }

    /// A column of credits only stands beside one of debits; the balance beside both is the
    /// account's.
    fn pair(&mut self) {
        let heading = |field: Field| {
            let found = self.found.iter().find(|proposal| proposal.map.field == field)?;
            let at = self.columns.iter().position(|column| column.name == found.map.column)?;
            Some(self.headings[at].as_str())
        };
        let debits = heading(Field::Amount).is_some_and(|name| {
            name.starts_with("debit")
                || matches!(name, "debet" | "soll" | "sollbetrag" | "debe" | "dare" | "montantdebit")
        });
        let account = heading(Field::OpenAmount)
            .is_some_and(|name| matches!(name, "balance" | "saldo" | "solde" | "currentbalance" | "balanceamount"));
        let credits = self.has(Field::CreditAmount);
        self.found.retain(|proposal| match proposal.map.field {
            Field::CreditAmount => debits,
            Field::OpenAmount => !(debits && credits && account),
            _ => true,
        });
    }

    /// `Customer` and `Account` may be a name or a number; the contact's name may be the customer's.
    fn who(&mut self) {
        if !self.has(Field::CustomerId) {
            let named = self.found.iter().position(|proposal| proposal.map.field == Field::CustomerName);
            let vague = [
                "customer", "client", "debtor", "account", "payer", "billto", "name", "company", "kunde", "cliente",
                "klant", "debiteur", "tiers",
            ];
            if let Some(at) = named
                && let Some(column) = self.columns.iter().position(|column| column.name == self.found[at].map.column)
                && vague.contains(&self.heading(column))
                && self.columns[column].kind == ColumnKind::Identifier
            {
                self.found[at].map.field = Field::CustomerId;
                self.by_name(Field::CustomerName, SYNONYMS);
            }
        }
        // `Kunde` beside `Name 1`: the number stands beside the name.
        if !self.has(Field::CustomerId) {
            let party = |at: &usize| {
                let heading = self.heading(*at);
                [
                    "customer", "client", "kunde", "debitor", "debtor", "cliente", "klant", "debiteur", "tiers",
                    "payer", "billto", "soldto",
                ]
                .contains(&heading)
                    && !self.taken[*at]
                    && self.columns[*at].kind == ColumnKind::Identifier
            };
            if let Some(at) = (0..self.columns.len()).find(party) {
                self.take(Field::CustomerId, at, Confidence::Medium);
            }
        }
        let nobody = !self.has(Field::CustomerId) && !self.has(Field::CustomerName) && !self.has(Field::AccountId);
        if nobody && let Some(contact) = self.found.iter_mut().find(|proposal| proposal.map.field == Field::ContactName)
        {
            contact.map.field = Field::CustomerName;
        }
    }
}

/// A name of a field about the customer.
fn is_contact(name: &str) -> bool {
    crate::item::ABOUT_CUSTOMER.iter().any(|field| names(SYNONYMS, *field).any(|known| known == name))
}

/// Fields without which a balance would be wrong.
fn matters(field: Field) -> bool {
    matches!(
        field,
        Field::InvoiceId
            | Field::InvoiceDate
            | Field::DueDate
            | Field::SettledDate
            | Field::Amount
            | Field::OpenAmount
            | Field::PaidAmount
            | Field::CreditAmount
            | Field::DebitCredit
            | Field::Currency
            | Field::CustomerId
            | Field::CustomerName
            | Field::Status
    )
}

/// Nothing but words or letters for debit and credit.
fn sides(column: &ColumnPreview) -> bool {
    !column.samples.is_empty() && column.samples.iter().all(|text| crate::value::side(text).is_some())
}

fn content_fits(field: Field, name: &str, column: &ColumnPreview) -> bool {
    use ColumnKind::{Amount, Date, Email, Empty, Flag, Identifier, Text};
    let kind = column.kind;
    let numeric =
        !column.samples.is_empty() && column.samples.iter().all(|sample| crate::number::scan(sample).is_some());
    match field {
        Field::InvoiceDate | Field::PostedDate => kind == Date,
        Field::DueDate => kind == Date || kind == Empty,
        Field::SettledDate | Field::ReversedDate | Field::OpenedDate | Field::ClosedDate => {
            matches!(kind, Date | Empty)
        }
        Field::Amount => numeric,
        Field::OpenAmount | Field::PaidAmount | Field::CreditAmount => numeric || kind == Empty,
        Field::InvoiceId => matches!(kind, Identifier | Text | Amount | Flag) || kind == Date && numeric,
        Field::CustomerId | Field::AccountId => !matches!(kind, Empty | Email) && (kind != Date || numeric),
        Field::CustomerName => !matches!(kind, Empty | Date | Amount | Email),
        // An exact heading wins over a bad cell; `mail` may be a yes or no about paper.
        Field::Email => kind == Email || !matches!(name, "" | "mail") && matches!(kind, Text | Identifier),
        Field::DebitCredit => sides(column),
        Field::Currency => matches!(kind, Text) && column.samples.iter().all(|sample| sample.len() <= 24),
        // Since when it is disputed says that it is.
        Field::Disputed => matches!(kind, Flag | Text | Amount | Identifier | Empty | Date),
        Field::Status if matches!(name, "open" | "closed") => kind == Flag,
        Field::Status => !matches!(kind, Date | Amount | Empty) && (name != "status" || kind != Empty),
        Field::TransactionType => matches!(kind, Text) && !sides(column),
        Field::Terms => !matches!(kind, Date | Empty),
        Field::City | Field::State | Field::ContactName => kind != Date,
        _ => true,
    }
}
