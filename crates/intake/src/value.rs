//! Cells that are neither dates nor amounts: blanks, identifiers, yes and no, statuses.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// As `str::trim`, but the usual cell, with no space around it, costs two comparisons.
pub(crate) fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => text,
        // Files that were joined have a byte order mark in their middle.
        _ => text.trim_start_matches('\u{feff}').trim(),
    }
}

/// Ways in which exports write "nothing here".
pub(crate) fn is_null(text: &str) -> bool {
    let text = trim(text);
    if text.len() > 6 {
        return false;
    }
    text.is_empty()
        || matches!(text, "-" | "--" | "---" | "\\N" | "\u{2013}" | "\u{2014}")
        || ["null", "(null)", "nan", "nat", "none", "n/a", "#n/a", "na"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// The digits of a whole number written as a machine writes floats: `123`, `123.0`, `1.23E2`.
/// `None` for anything else.
pub(crate) fn whole_number(text: &str) -> Option<Cow<'_, str>> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Cow::Borrowed(text));
    }
    if let Some((whole, zeros)) = text.split_once('.')
        && !whole.is_empty()
        && whole.bytes().all(|b| b.is_ascii_digit())
        && !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
    {
        return Some(Cow::Borrowed(whole));
    }
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let exponent: usize = exponent.trim_start_matches('+').parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let sound = whole.len() == 1
        && exponent <= 30
        && fraction.len() <= exponent
        && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    sound.then(|| Cow::Owned(format!("{whole}{fraction:0<exponent$}")))
}

/// How an identifier was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mended {
    No,
    /// `12345.0` became `12345`.
    PointZero,
    /// `1.93E9` became `1930000000`.
    Scientific,
}

/// Could be an identifier that a spreadsheet took for a number. `12E4` may be a real one: only a
/// point or a signed exponent gives a machine away.
pub(crate) fn looks_scientific(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_digit())
        && text.find(['e', 'E']).is_some_and(|at| text[..at].contains('.') || text[at + 1..].starts_with('+'))
        && whole_number(text).is_some()
}

/// An identifier as it is kept. `point_zero`: the whole column shows that `.0` is a float's tail.
pub(crate) fn identifier(text: &str, point_zero: bool) -> (Cow<'_, str>, Mended) {
    let text = text.trim();
    // Excel's guard against numbers: a leading apostrophe, or `="00123"`.
    let text = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let text = text.strip_prefix('\'').unwrap_or(text);
    if is_null(text) && !text.eq_ignore_ascii_case("na") {
        return (Cow::Borrowed(""), Mended::No);
    }
    if looks_scientific(text)
        && let Some(whole) = whole_number(text)
    {
        return (whole, Mended::Scientific);
    }
    if point_zero
        && text.contains('.')
        && let Some(whole) = whole_number(text)
    {
        return (whole, Mended::PointZero);
    }
    (Cow::Borrowed(text), Mended::No)
}

/// Yes, no, or words that need a person's eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    No,
    Yes,
    /// Some other text: a reason or a code.
    Words,
}

/// A flag's cell.
pub(crate) fn flag(text: &str) -> Flag {
    let lower = text.trim().to_lowercase();
    if is_null(&lower) {
        return Flag::No;
    }
    match lower.as_str() {
        "n" | "no" | "f" | "false" | "0" | "0.0" | "0.00" | "not disputed" | "undisputed" | "resolved" | "closed"
        | "no dispute" | "off" | "paper" => Flag::No,
        "y" | "yes" | "t" | "true" | "1" | "1.0" | "x" | "d" | "disputed" | "dispute" | "in dispute" | "open"
        | "on" | "active" | "electronic" => Flag::Yes,
        _ => Flag::Words,
    }
}

/// An invoice's state by the billing system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Owed, wholly or in part.
    Open,
    /// Paid or otherwise settled.
    Closed,
    /// Never counted: void, cancelled, deleted.
    Void,
    /// Not yet issued.
    Draft,
    /// No longer pursued.
    WrittenOff,
    /// Owed, and contested by the customer.
    Disputed,
}

/// A status cell; `None` for words that are not known.
pub(crate) fn status(text: &str) -> Option<Status> {
    let key: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(match key.as_str() {
        "open" | "opened" | "unpaid" | "pending" | "pastdue" | "overdue" | "due" | "current" | "outstanding"
        | "partial" | "partiallypaid" | "partpaid" | "partlypaid" | "sent" | "notpaid" | "delinquent" | "late"
        | "pendingpayment" | "awaitingpayment" | "o" | "op" | "approved" | "authorised" | "authorized" | "posted"
        | "issued" | "active" | "viewed" | "partiallyapplied" | "notdue" | "offen" | "teilbezahlt" | "fällig"
        | "überfällig" | "impayé" | "impayée" | "ouvert" | "ouverte" | "pendiente" | "vencida" | "vencido"
        | "aperto" | "aperta" | "scaduto" | "scaduta" | "openstaand" | "vervallen" | "aberto" | "aberta"
        | "partiel" | "parcial" | "parziale" | "unsettled" | "invoiced" | "billed" | "collections"
        | "incollections" => Status::Open,
        "closed" | "close" | "paid" | "paidinfull" | "fullypaid" | "settled" | "cleared" | "c" | "cl" | "complete"
        | "completed" | "applied" | "fullyapplied" | "reconciled" | "bezahlt" | "ausgeglichen" | "erledigt"
        | "payé" | "payée" | "soldé" | "soldée" | "réglé" | "réglée" | "pagado" | "pagada" | "pagato" | "pagata"
        | "pago" | "paga" | "saldato" | "betaald" | "voldaan" | "liquidado" | "paidoff" | "collected" => Status::Closed,
        "void" | "voided" | "annulé" | "annulée" | "anulado" | "anulada" | "annullato" | "annullata"
        | "geannuleerd" | "cancelado" | "cancelada" | "cancelled" | "canceled" | "deleted" | "reversed"
        | "rejected" | "storniert" | "annulled" | "v" | "inactive" => Status::Void,
        "draft" | "submitted" | "unapproved" | "pendingapproval" | "unposted" | "parked" | "proforma" | "quote"
        | "estimate" | "saved" | "new" => Status::Draft,
        "writtenoff" | "writeoff" | "baddebt" | "chargedoff" | "chargeoff" | "uncollectible" | "uncollectable" => {
            Status::WrittenOff
        }
        "disputed" | "dispute" | "indispute" | "contested" => Status::Disputed,
        _ => return None,
    })
}

/// The side of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// Raises what the customer owes.
    Debit,
    /// Lowers it.
    Credit,
}

/// A word, letter or sign for the side of an account, in the languages of the field. No letter
/// means one side here and the other there.
pub(crate) fn side(text: &str) -> Option<Side> {
    let text = trim(text);
    let lower = text.trim_end_matches('.').to_lowercase();
    Some(match lower.as_str() {
        "dr" | "db" | "d" | "debit" | "debits" | "dbt" | "debet" | "débit" | "debe" | "débito" | "debito" | "dare"
        | "soll" | "s" | "+" | "deb" => Side::Debit,
        "cr" | "c" | "credit" | "credits" | "crd" | "crédit" | "crédito" | "credito" | "haber" | "avere" | "haben"
        | "h" | "-" | "\u{2212}" | "cred" | "kredit" => Side::Credit,
        _ => return None,
    })
}

/// What kind of document a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Invoice,
    Credit,
    Payment,
    /// A word that is not known: its sign tells.
    Unknown,
    /// A code that is a credit or payment in the system that uses it: above zero it may be an
    /// unsigned credit or a reversal.
    UnclearCredit,
}

/// A transaction type's cell. Codes are only read where they are words: `DZ` means one thing in one
/// system and another in the next, but its sign tells.
pub(crate) fn document(text: &str) -> Document {
    let lower = trim(text).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let credit_words = [
        "credit",
        "crédit",
        "gutschrift",
        "refund",
        "rebate",
        "avoir",
        "abono",
        "nota de cr",
        "nota di cr",
        "storno",
        "kreditnota",
        "creditnota",
        "credito",
        "crédito",
    ];
    let payment_words = [
        "payment",
        "receipt",
        "deposit",
        "zahlung",
        "unapplied",
        "on account",
        "on-account",
        "paiement",
        "règlement",
        "reglement",
        "pago",
        "cobro",
        "pagamento",
        "incasso",
        "betaling",
        "acompte",
        "anzahlung",
        "recibo",
    ];
    // "Credit card payment" pays, "debit note" and "payment terms charge" do not credit.
    if has(&["fee", "charge", "interest"]) && !has(&["credit", "refund"]) {
        // "Late payment fee" is owed.
        return Document::Invoice;
    }
    if has(&credit_words) && !has(&["credit card", "carte de cr", "kreditkart", "tarjeta", "cartão", "carta di cr"])
        || matches!(lower.as_str(), "cm" | "cn" | "cr" | "cr memo" | "arcredit" | "accreccredit" | "sc" | "crn" | "gs")
    {
        Document::Credit
    } else if has(&payment_words) || matches!(lower.as_str(), "pmt" | "pay" | "py" | "pymt" | "sr" | "sa" | "cash") {
        Document::Payment
    } else if matches!(lower.as_str(), "dz" | "dg" | "zp") {
        Document::UnclearCredit
    } else if is_null(&lower)
        || has(&[
            "invoice",
            "inv",
            "rechnung",
            "factur",
            "fattura",
            "fatura",
            "bill",
            "debit",
            "charge",
            "fee",
            "interest",
            "opening",
            "journal",
            "sale",
            "mahn",
            "belastung",
            "statement",
            "zins",
            "interes",
            "nota de d",
            "débit",
        ])
        || matches!(
            lower.as_str(),
            "rv" | "dr"
                | "dm"
                | "dn"
                | "si"
                | "in"
                | "i"
                | "sd"
                | "re"
                | "rg"
                | "ri"
                | "ar"
                | "accrec"
                | "fc"
                | "fv"
                | "je"
        )
    {
        Document::Invoice
    } else {
        Document::Unknown
    }
}

/// A status word that says something was paid, but not how much.
pub(crate) fn is_partial(text: &str) -> bool {
    let key: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    key.starts_with("part") || key.starts_with("teil") || key.starts_with("parcial") || key.starts_with("parzial")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_their_zeros_and_lose_a_floats_tail() {
        assert_eq!(identifier(" 00123 ", true).0, "00123");
        assert_eq!(identifier("12345.0", true), ("12345".into(), Mended::PointZero));
        assert_eq!(identifier("12345.0", false), ("12345.0".into(), Mended::No));
        for text in ["1.930438491E9", "1.930438491e+09", "1930438491.0"] {
            assert_eq!(identifier(text, true).0, "1930438491", "{text}");
        }
        assert_eq!(identifier("12E4", true).0, "12E4");
        assert_eq!(identifier("=\"007\"", true).0, "007");
        assert_eq!(identifier("NULL", true).0, "");
    }

    #[test]
    fn statuses_and_types_of_several_systems() {
        assert_eq!(status("PAID"), Some(Status::Closed));
        assert_eq!(status("Written-off"), Some(Status::WrittenOff));
        assert_eq!(status("AUTHORISED"), Some(Status::Open));
        assert_eq!(status("Voided"), Some(Status::Void));
        assert_eq!(status("quux"), None);
        assert_eq!(document("Credit Memo"), Document::Credit);
        assert_eq!(document("Credit card payment"), Document::Payment);
        assert_eq!(document("Journal Entry"), Document::Invoice);
        assert_eq!(document("Debit Memo"), Document::Invoice);
        assert_eq!(document("Unapplied Cash"), Document::Payment);
        assert_eq!(document("Zahlungseingang"), Document::Payment);
        assert_eq!(document("Nota de crédito"), Document::Credit);
        assert_eq!(document("DZ"), Document::UnclearCredit);
        assert_eq!(document("X2"), Document::Unknown);
    }
}
