//! A run: many letters in one file, sorted for mailing, with its manifest.

use std::io::Write;
use std::ops::ControlFlow;

use domain::compliance::Cleared;
use domain::letter::Letter;
use rayon::prelude::*;

use crate::error::LetterError;
use crate::file::{File, Meta};
use crate::layout::Style;
use crate::press::Press;

/// Letters laid out before they are written: enough for every core, little memory.
const BATCH: usize = 256;

/// Cleared letters, in the order of the mail: by ZIP, then by account number.
pub struct Run<'a> {
    letters: &'a [Cleared<Letter>],
    order: Vec<usize>,
    press: Press,
}

/// What a run's file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOutcome {
    /// Pages in all.
    pub pages: usize,
    /// First page, from 1, of each letter, in the order the letters were given.
    pub page_of: Vec<usize>,
}

impl<'a> Run<'a> {
    /// Prepares a run: sorts it, checks every character and cuts the fonts down. A letter that
    /// can't be printed refuses the run by name; find them beforehand with [`check`](crate::check).
    pub fn new(letters: &'a [Cleared<Letter>], style: Style) -> Result<Self, LetterError> {
        let press = Press::new(letters.iter().map(Cleared::item), style)?;
        let mut order: Vec<usize> = (0..letters.len()).collect();
        order.sort_by_key(|index| {
            let letter = letters[*index].item();
            // Foreign mail, without a ZIP, goes to the end.
            (letter.zip.is_empty(), letter.zip.as_str(), letter.account_number.as_str())
        });
        Ok(Self { letters, order, press })
    }

    /// The letters' indexes in the order of the file.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Writes the merged file with a bookmark for each letter. `progress` hears how many letters
    /// are written, and stops the run by breaking: what was written until then is no whole file.
    /// Lays out on all threads of the current rayon pool.
    pub fn write(
        &self,
        out: &mut dyn Write,
        progress: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
    ) -> Result<RunOutcome, LetterError> {
        let mut file = File::start(out, &self.press.template, self.letters.len())?;
        let mut outcome = RunOutcome { pages: 0, page_of: vec![0; self.letters.len()] };
        let mut done = 0;
        for batch in self.order.chunks(BATCH) {
            let printed: Vec<_> = batch
                .par_iter()
                .map(|index| self.press.pages(self.letters[*index].item()))
                .collect::<Result<_, LetterError>>()?;
            for (index, pages) in batch.iter().zip(printed) {
                outcome.page_of[*index] = outcome.pages + 1;
                outcome.pages += pages.len();
                let mut first = None;
                for page in pages {
                    let number = file.page(page.base, &page.content)?;
                    first.get_or_insert(number);
                }
                let letter = self.letters[*index].item();
                let title = format!("{}  {}", letter.account_numbers(), letter.customer_name);
                file.bookmark(&title, first.unwrap_or(0))?;
            }
            done += batch.len();
            if progress(done).is_break() {
                return Err(LetterError::Stopped(done));
            }
        }
        let first = self.letters[self.order[0]].item();
        let title = format!("{} letters of {}", self.letters.len(), first.date);
        file.finish(&Meta { title: &title, author: &first.creditor, date: first.date })?;
        Ok(outcome)
    }

    /// Each letter as a file of its own, in the order the letters were given. On all threads of the
    /// current rayon pool.
    pub fn each(&self) -> Result<Vec<Vec<u8>>, LetterError> {
        self.letters.par_iter().map(|letter| self.press.print(letter)).collect()
    }

    /// Writes the manifest as CSV, one line a letter in the order of the file: sequence, page,
    /// account, customer, level, amount, currency, address, ZIP, tracking code, reprint, and the
    /// numbers of the other accounts that the letter is about.
    pub fn manifest(&self, outcome: &RunOutcome, out: &mut dyn Write) -> Result<(), LetterError> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record([
            "sequence",
            "page",
            "account",
            "customer",
            "level",
            "amount",
            "currency",
            "address",
            "zip",
            "imb",
            "reprint_of",
            "other_accounts",
        ])?;
        for (position, index) in self.order.iter().enumerate() {
            let letter = self.letters[*index].item();
            let due = letter.coupon.as_ref().and_then(|_| letter.amount_due());
            let imb = letter.imb.as_ref();
            let others: Vec<&str> = letter.accounts.iter().skip(1).map(|share| share.number.as_str()).collect();
            csv.write_record([
                (position + 1).to_string(),
                outcome.page_of[*index].to_string(),
                cell(&letter.account_number),
                cell(&letter.customer_name),
                letter.kind.key().to_owned(),
                due.map(|money| money.plain()).unwrap_or_default(),
                due.map(|money| money.currency.to_string()).unwrap_or_default(),
                cell(&letter.address.get(1..).unwrap_or_default().join(", ")),
                letter.zip.clone(),
                // A letter in front keeps a spreadsheet from rounding the digits.
                imb.map(|code| format!("IMb {} {}", code.tracking, code.routing).trim_end().to_owned())
                    .unwrap_or_default(),
                letter.reprint_of.map(|day| day.to_string()).unwrap_or_default(),
                cell(&others.join("; ")),
            ])?;
        }
        csv.flush()?;
        Ok(())
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe.
fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() }
}
