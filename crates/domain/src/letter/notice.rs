//! The validation notice (12 CFR 1006.34(c), Model Form B-1): its figures, the words of the part that
//! comes back, and which of its prescribed items a text really prints.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::aging;
use crate::calendar::Calendar;
use crate::compliance::rules::validation::{Sending, val_3};
use crate::compliance::texts::{Checklist, Item, items};
use crate::facts::Facts;
use crate::money::Money;
use crate::payment::PaymentKind;
use crate::template::{Occasion, Sum, long_date};

/// Heading of the part that comes back, (c)(4).
pub const RESPONSE_HEADING: &str = "How do you want to respond?";
/// The box to dispute, (c)(4)(i).
pub const DISPUTE_BOX: &str = "I want to dispute the debt because I think:";
/// Why, one box each.
pub const DISPUTE_REASONS: [&str; 3] = [
    "This is not my debt.",
    "The amount is wrong.",
    "Other (please describe on reverse or attach additional information).",
];
/// The box to ask for the original creditor, (c)(4)(ii).
pub const CREDITOR_BOX: &str = "I want you to send me the name and address of the original creditor.";

/// The debt's itemization and the end of the validation period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The day the itemization starts from: that of the last statement, 1006.34(b)(3)(i).
    pub itemization_date: NaiveDate,
    /// Owed on that day.
    pub then: Money,
    /// Charged since in interest.
    pub interest: Money,
    /// Charged since in fees.
    pub fees: Money,
    /// Paid since.
    pub payments: Money,
    /// Credited since.
    pub credits: Money,
    /// Owed now.
    pub now: Money,
    /// Last day of the validation period of a notice sent on the day of the letter.
    pub end: NaiveDate,
}

impl Notice {
    /// For the invoices that a text is about; none where the figures do not add up: then a person
    /// itemizes. Interest and fees are what the books hold beside the invoices since their date, and
    /// the books hold none: an invoice's amount never changes, and a later one is a later statement.
    #[must_use]
    pub fn of(facts: &Facts, occasion: &Occasion<'_>, sum: &Sum) -> Option<Self> {
        let items = occasion.items(facts);
        let invoices = || items.iter().map(|item| item.invoice);
        let date = invoices().map(|invoice| invoice.date).max()?;
        // A payment that came back since never was: the debt is what it would have been without it.
        let without = |reversed: &NaiveDate| *reversed <= occasion.today;
        let came_back = facts.payments.iter().any(|payment| payment.reversed.as_ref().is_some_and(without));
        let lasting = came_back.then(|| {
            let mut lasting = facts.clone();
            lasting.payments.retain(|payment| !payment.reversed.as_ref().is_some_and(without));
            lasting
        });
        let before = aging::open_items(lasting.as_ref().unwrap_or(facts), date);
        let open = |id| before.iter().find(|item| item.invoice.id == id).map_or(Decimal::ZERO, |item| item.open);
        let then: Decimal = invoices().map(|invoice| open(invoice.id)).sum();
        let mut credits: Decimal = Decimal::ZERO;
        for payment in &facts.payments {
            let since = payment.posted > date && payment.counts(occasion.today);
            if since && payment.kind == PaymentKind::Credit && payment.amount.currency == sum.currency {
                credits += payment.amount.amount;
            }
        }
        let paid = then - credits - sum.due().amount - sum.disputed;
        let money = |amount| Money::new(amount, sum.currency);
        let sending = Sending { sent: occasion.today, returned: None, resent: None, receipt: None };
        let end = val_3(sending, Calendar::Federal).ok()?;
        (paid >= Decimal::ZERO && sum.disputed.is_zero()).then(|| Self {
            itemization_date: date,
            then: money(then),
            interest: money(Decimal::ZERO),
            fees: money(Decimal::ZERO),
            payments: money(paid),
            credits: money(credits),
            now: sum.due(),
            end,
        })
    }

    /// The itemization's lines: words and amount.
    #[must_use]
    pub fn lines(&self) -> [(String, String); 6] {
        let day = long_date(self.itemization_date);
        [
            (format!("As of {day}, you owed:"), self.then.pretty()),
            (
                "Since then you were charged this amount in interest:".to_owned(),
                format!("+ {}", self.interest.pretty()),
            ),
            ("You were charged this amount in fees:".to_owned(), format!("+ {}", self.fees.pretty())),
            ("You paid this amount toward the debt:".to_owned(), format!("- {}", self.payments.pretty())),
            ("You were credited this amount toward the debt:".to_owned(), format!("- {}", self.credits.pretty())),
            ("Total amount of the debt now:".to_owned(), self.now.pretty()),
        ]
    }

    /// The same as text.
    #[must_use]
    pub fn table(&self) -> String {
        let lines = self.lines();
        lines.iter().map(|(words, amount)| format!("{words} {amount}")).collect::<Vec<_>>().join("\n")
    }
}

/// Who stands on a notice.
pub struct Parties<'a> {
    /// The collector's name.
    pub collector: &'a str,
    /// Its mailing address.
    pub collector_address: &'a [String],
    /// The consumer's name.
    pub consumer: &'a str,
    /// Their mailing address.
    pub consumer_address: &'a [String],
    /// The creditor's name.
    pub creditor: &'a str,
    /// The account's number.
    pub account: &'a str,
}

/// The items of 12 CFR 1006.34(c) that `printed` lacks: what counts is what stands there.
#[must_use]
pub fn lacking(printed: &str, notice: Option<&Notice>, parties: &Parties<'_>) -> Vec<Item> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let printed = plain(printed);
    let says = |text: &str| !text.trim().is_empty() && printed.contains(&plain(text));
    let all = |texts: &[&str]| texts.iter().all(|text| says(text));
    let address = |lines: &[String]| !lines.is_empty() && lines.iter().all(|line| says(line));
    let line = |index: usize| {
        notice.is_some_and(|notice| {
            let (words, amount) = &notice.lines()[index];
            says(&format!("{words} {amount}"))
        })
    };
    items(Checklist::ValidationNotice)
        .filter(|item| {
            !match item.id {
                "collector_statement" => all(&[
                    "is a debt collector. We are trying to collect a debt that you owe to",
                    "We will use any information you give us to help collect the debt.",
                ]),
                "collector_name" => says(parties.collector),
                "collector_address" => address(parties.collector_address),
                "consumer_name" => says(parties.consumer),
                "consumer_address" => address(parties.consumer_address),
                "account_number" => says(parties.account),
                "current_creditor" => says(parties.creditor),
                "itemization_date" => notice.is_some_and(|notice| says(&long_date(notice.itemization_date))),
                "itemization_amount" => line(0),
                "interest" => line(1),
                "fees" => line(2),
                "payments" => line(3),
                "credits" => line(4),
                "current_amount" => line(5),
                "validation_end" => notice.is_some_and(|notice| says(&long_date(notice.end))),
                "dispute_statement" => says("we must stop collection on any amount you dispute until we send you information that shows you owe the debt"),
                "original_creditor_statement" => all(&[
                    "name and address of the original creditor, if different from the current creditor",
                    "we must stop collection until we send you that information",
                ]),
                "assumed_valid_statement" => says("we will assume that our information is correct"),
                "response_heading" => says(RESPONSE_HEADING),
                "dispute_boxes" => says(DISPUTE_BOX) && all(&DISPUTE_REASONS),
                "original_creditor_box" => says(CREDITOR_BOX),
                "response_addresses" => {
                    address(parties.collector_address) && address(parties.consumer_address) && says("Mail this form to")
                }
                _ => false,
            }
        })
        .collect()
}

/// The words of the part that comes back, as far as every notice has the same.
#[must_use]
pub fn response_words() -> String {
    let mut words = format!("Mail this form to\n{RESPONSE_HEADING}\n{DISPUTE_BOX}\n");
    words.push_str(&DISPUTE_REASONS.join("\n"));
    words.push('\n');
    words.push_str(CREDITOR_BOX);
    words
}
