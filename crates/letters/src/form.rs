//! The form by which a customer authorizes debits of a bank account (ACH). What it must say: see
//! `compliance/rules.md`, section 4; for consumers Regulation E, 12 CFR 1005.10(b).

use domain::account::CustomerKind;
use domain::letter::Letterhead;
use printpdf::Op;

use crate::canvas::{Align, Canvas, Ink, Type};
use crate::error::LetterError;
use crate::file::{File, Meta};
use crate::font::{Face, missing, printable};
use crate::geometry::INCH;
use crate::layout::{LEFT, QUIET, RIGHT, Style};
use crate::press::{Press, deflate, shown};
use crate::{encode, text};

/// Whom the form is for.
#[derive(Clone, Debug)]
pub struct Enrollment<'a> {
    /// A consumer signs a PPD authorization, a business a CCD one.
    pub kind: CustomerKind,
    /// The customer's name.
    pub customer_name: &'a str,
    /// The billing system's account number.
    pub account_number: &'a str,
    /// To whom payments go.
    pub creditor: &'a str,
    /// Who collects and receives the form.
    pub sender: &'a Letterhead,
    /// The company identification our debits bear, for a bank's debit filter; empty when not set.
    pub company_id: &'a str,
    /// The date of the edition, and of the file.
    pub date: chrono::NaiveDate,
}

const TEXT: Type = Type::regular(9.2);
const LEADING: f32 = 11.6;

/// The form as a PDF of one page, to print, fill in and sign.
pub fn enrollment_form(enrollment: &Enrollment<'_>, style: Style) -> Result<Vec<u8>, LetterError> {
    for given in [
        enrollment.customer_name,
        enrollment.account_number,
        enrollment.creditor,
        &enrollment.sender.name,
        enrollment.company_id,
    ] {
        if let Some(character) = missing(&printable(given)) {
            return Err(LetterError::NoGlyph {
                account: enrollment.account_number.to_owned(),
                customer: enrollment.customer_name.to_owned(),
                character,
                text: given.to_owned(),
            });
        }
    }
    let pages: Vec<Vec<Op>> = vec![draw(enrollment, style)];
    let press = Press::with(shown(&pages), None, style)?;
    let mut file = File::start(Vec::new(), &press.template, 0)?;
    for ops in &pages {
        let mut content = Vec::new();
        encode::page(ops, &press.template.fonts, &mut content);
        file.page(None, &deflate(&content)?)?;
    }
    let title = format!("{} - account {}", heading(enrollment.kind), enrollment.account_number);
    let meta = Meta { title: &title, author: enrollment.creditor, date: enrollment.date };
    file.finish(&meta).map(|(bytes, _)| bytes)
}

fn heading(kind: CustomerKind) -> &'static str {
    match kind {
        CustomerKind::Consumer => "Authorization for direct payment by ACH debit",
        CustomerKind::Business => "Corporate authorization for ACH debits (CCD)",
    }
}

/// The page so far.
struct Sheet {
    canvas: Canvas,
    y: f32,
    accent: Ink,
}

impl Sheet {
    fn title(&mut self, words: &str) {
        self.y += 19.0;
        self.canvas.text(LEFT, self.y, Type::bold(9.8).in_ink(self.accent), Align::Left, words);
        self.y += 3.0;
    }

    fn words(&mut self, words: &str) {
        for line in text::lines(&printable(words), Face::Regular, TEXT.size, RIGHT - LEFT) {
            self.y += LEADING;
            self.canvas.text(LEFT, self.y, TEXT, Align::Left, line);
        }
        self.y += 3.2;
    }

    /// Lines to write on, side by side: label, given value, share of the width.
    fn fields(&mut self, fields: &[(&str, &str, f32)]) {
        self.y += 22.0;
        let mut left = LEFT;
        let room = RIGHT - LEFT;
        for (label, value, share) in fields {
            let right = left + room * share - 10.0;
            self.canvas.text(left, self.y, TEXT, Align::Left, value);
            self.canvas.line((left, self.y + 3.0), (right, self.y + 3.0), 0.6, Ink::Grey(0.3), None);
            let look = Type::regular(7.0).in_ink(QUIET);
            self.canvas.text(left, self.y + 10.6, look, Align::Left, label);
            left += room * share;
        }
        self.y += 10.0;
    }

    /// Boxes to tick, each with its text below the one before.
    fn choices(&mut self, choices: &[&str]) {
        for choice in choices {
            let lines = text::lines(choice, Face::Regular, TEXT.size, RIGHT - LEFT - 16.0);
            for (index, line) in lines.into_iter().enumerate() {
                self.y += LEADING + if index == 0 { 1.6 } else { 0.0 };
                if index == 0 {
                    self.tick_box(LEFT + 1.0, self.y - 7.2, 7.6);
                }
                self.canvas.text(LEFT + 16.0, self.y, TEXT, Align::Left, line);
            }
        }
        self.y += 2.4;
    }

    fn tick_box(&mut self, left: f32, top: f32, side: f32) {
        let (right, bottom) = (left + side, top + side);
        for (from, to) in [
            ((left, top), (right, top)),
            ((right, top), (right, bottom)),
            ((right, bottom), (left, bottom)),
            ((left, bottom), (left, top)),
        ] {
            self.canvas.line(from, to, 0.7, Ink::Grey(0.2), None);
        }
    }
}

fn draw(enrollment: &Enrollment<'_>, style: Style) -> Vec<Op> {
    let accent = Ink::Rgb(style.accent);
    let mut sheet = Sheet { canvas: Canvas::default(), y: 0.52 * INCH, accent };
    sheet.canvas.boxes(accent, [[LEFT, 0.4 * INCH, RIGHT - LEFT, 2.2]]);
    sheet.y += 14.0;
    sheet.canvas.text(LEFT, sheet.y, Type::bold(14.0).in_ink(accent), Align::Left, heading(enrollment.kind));
    let sender = enrollment.sender;
    let address = sender.return_address.join(", ");
    let reach = [sender.phone.as_str(), sender.email.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    sheet.words(&format!("{}, {address}. Questions: {reach}.", sender.name));
    match enrollment.kind {
        CustomerKind::Consumer => consumer(&mut sheet, enrollment, &address, &reach),
        CustomerKind::Business => corporate(&mut sheet, enrollment, &address, &reach),
    }
    let edition = format!("Edition of {}. Please keep a copy of the signed form for your records.", enrollment.date);
    sheet.canvas.text(LEFT, 10.6 * INCH, Type::regular(7.0).in_ink(QUIET), Align::Left, &edition);
    sheet.canvas.into_ops()
}

fn consumer(sheet: &mut Sheet, enrollment: &Enrollment<'_>, address: &str, reach: &str) {
    let (creditor, sender) = (enrollment.creditor, &enrollment.sender.name);
    sheet.title("1  Who authorizes");
    sheet.fields(&[
        ("Name of the account holder (receiver)", enrollment.customer_name, 0.62),
        ("Billing account", enrollment.account_number, 0.38),
    ]);
    sheet.title("2  Authorization");
    sheet.words(&format!(
        "I authorize {sender} (the originator) to debit my bank account named below electronically (ACH debit), and, if \
         necessary, to credit it to correct an erroneous debit, to pay what I owe to {creditor} on the billing account above. \
         I confirm that I may sign for this bank account. ACH transactions must comply with United States law."
    ));
    sheet.choices(&[
        "Single: one debit of $ ______________ on ____ /____ /________.",
        "Recurring: $ ______________ each  [  ] week  [  ] two weeks  [  ] month, starting ____ /____ /________, for ______ payments.",
        "Recurring, varying amount: the amount due on each invoice, on its due date, starting ____ /____ /________, until I revoke it.",
        "Standing: single debits whose amount and day I order each time by telephone or in writing.",
    ]);
    sheet.words("If a debit falls on a weekend or bank holiday, it is made on the next banking day.");
    if !enrollment.company_id.is_empty() {
        sheet
            .words(&format!("Debits bear the name {sender} and the company identification {}.", enrollment.company_id));
    }
    sheet.title("3  Bank account to debit");
    sheet.fields(&[("Name of the bank", "", 0.6), ("Type: checking or savings", "", 0.4)]);
    sheet.fields(&[("Routing number (9 digits)", "", 0.4), ("Account number", "", 0.6)]);
    sheet.title("4  My rights");
    sheet.words(
        "Varying amounts: I have the right to written notice of the amount and date of each debit at least 10 days before it, \
         if it differs from the one before or from the amount authorized. I may choose instead to get this notice only if:",
    );
    sheet.choices(&["the debit is below $ ____________ or above $ ____________, or differs by more than $ ____________ from the last one."]);
    sheet.words(&format!(
        "Changed date: I am told at least 7 days before a debit is moved to another day. Revoking: this authorization stays in \
         force until I revoke it by writing to {sender}, {address}, or by calling or writing to {reach}, at least 3 banking \
         days before the next debit. I may also stop a debit through my bank at least 3 banking days before it. An authorization \
         by ACH is my choice and no condition of any credit, service or arrangement. A copy of this authorization is given to me."
    ));
    sheet.title("5  Signature");
    sheet.fields(&[("Signature of the account holder", "", 0.6), ("Date of authorization", "", 0.4)]);
}

fn corporate(sheet: &mut Sheet, enrollment: &Enrollment<'_>, address: &str, reach: &str) {
    let (creditor, sender) = (enrollment.creditor, &enrollment.sender.name);
    sheet.title("1  Company");
    sheet.fields(&[
        ("Legal name of the company (receiver)", enrollment.customer_name, 0.62),
        ("Billing account", enrollment.account_number, 0.38),
    ]);
    sheet.fields(&[("Contact for payments", "", 0.5), ("Telephone and email", "", 0.5)]);
    sheet.title("2  Agreement");
    sheet.words(&format!(
        "The company authorizes {sender} (the originator) to initiate corporate ACH debit entries (CCD) to its bank account \
         named below, and credit entries to correct errors, to pay what the company owes to {creditor} on the billing account \
         above. The company agrees to be bound by the Nacha Operating Rules as in effect from time to time. It confirms that \
         the account is used for business purposes and that the signer below may bind it."
    ));
    sheet.title("3  Amounts and timing");
    sheet.choices(&[
        "One debit of $ ______________ on ____ /____ /________.",
        "$ ______________ each  [  ] week  [  ] two weeks  [  ] month, starting ____ /____ /________, for ______ payments.",
        "The amount due on each invoice, on its due date, starting ____ /____ /________.",
        "Not more than $ ______________ in one debit without our further consent.",
    ]);
    sheet.words("If a debit falls on a weekend or bank holiday, it is made on the next banking day.");
    sheet.title("4  Bank account to debit");
    sheet.fields(&[("Name of the bank", "", 0.6), ("Type: business checking or savings", "", 0.4)]);
    sheet.fields(&[("Routing number (9 digits)", "", 0.4), ("Account number", "", 0.6)]);
    let id = if enrollment.company_id.is_empty() { "which we give on request" } else { enrollment.company_id };
    sheet.words(&format!(
        "If the bank filters ACH debits, please let it admit the originator's company identification, {id}."
    ));
    sheet.title("5  Termination");
    sheet.words(&format!(
        "This authorization stays in force until the company terminates it by written notice to {sender}, {address} \
         ({reach}), in time for the originator and its bank to act on it, at least 3 banking days before the next debit. \
         Debits initiated before that remain authorized. A copy of this authorization is given to the company."
    ));
    sheet.title("6  Signature");
    sheet.fields(&[("Name of the authorized signer", "", 0.6), ("Title", "", 0.4)]);
    sheet.fields(&[("Signature", "", 0.6), ("Date of authorization", "", 0.4)]);
}
