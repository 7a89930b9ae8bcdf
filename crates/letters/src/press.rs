//! A batch's shared parts, and letters printed with them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::compliance::Cleared;
use domain::letter::{Envelope, Letter, Letterhead, Part};
use flate2::{Compress, Compression, FlushCompress, Status};
use printpdf::{Op, PdfDocument, PdfSaveOptions, TextItem};

use crate::encode;
use crate::error::LetterError;
use crate::file::{File, Meta};
use crate::font::{missing, printable};
use crate::layout::{self, Context, Style};
use crate::logo::Logo;
use crate::template::{self, Template};

/// Deflate's effort, measured on letters of 180 words over a shared stream: 4 gives 3.0 kB a page, 2
/// gives 3.3 kB in three quarters of the time, 1 is faster still and its 4.2 kB are too many.
const EFFORT: Compression = Compression::new(2);

/// A page ready for a file.
pub(crate) struct Page {
    /// The shared stream under it.
    pub(crate) base: Option<usize>,
    /// Deflated content.
    pub(crate) content: Vec<u8>,
}

/// What first pages share that have the envelope and the slip in common.
type Base = (Envelope, bool);

/// Fonts and logo of a batch of letters, prepared once. Every letter printed with it must be one it
/// was prepared for.
pub struct Press {
    pub(crate) template: Template,
    pub(crate) context: Context,
    characters: BTreeSet<char>,
    logo: Option<Logo>,
    /// The objects of shared streams: a batch has one or two.
    bases: Vec<(Base, usize)>,
}

impl Press {
    /// Prepares for these letters: checks that the fonts hold all their characters, cuts the fonts
    /// down to them and reads the logo. Letters of one batch share their letterhead.
    pub fn new<'a>(letters: impl IntoIterator<Item = &'a Letter>, style: Style) -> Result<Self, LetterError> {
        // What the layout itself prints is ASCII, a bullet and a middle dot.
        let mut characters: BTreeSet<char> = (' '..='~').chain(['•', '·']).collect();
        let mut head: Option<&Letterhead> = None;
        let mut bases: Vec<(Base, &Letter)> = Vec::new();
        for letter in letters {
            let base = base_of(letter);
            if bases.iter().all(|(known, _)| *known != base) {
                bases.push((base, letter));
            }
            match head {
                None => head = Some(&letter.sender),
                // The letters of a run share one allocation, so the comparison is mostly of pointers.
                Some(first) => {
                    if !std::ptr::eq(first, &raw const *letter.sender) && *first != *letter.sender {
                        return Err(LetterError::Letterhead(letter.account_number.clone()));
                    }
                }
            }
            for text in texts(letter) {
                collect(&mut characters, text, letter)?;
            }
        }
        let Some(head) = head else {
            return Err(LetterError::Empty);
        };
        let logo = head.logo_png.as_deref().map(Logo::read).transpose()?;
        let mut press = Self::with(characters, logo, style)?;
        let mut content = Vec::new();
        for (base, letter) in bases {
            content.clear();
            encode::page(&layout::base(letter, &press.context)?, &press.template.fonts, &mut content);
            let number = press.template.add_stream(&deflate(&content)?);
            press.bases.push((base, number));
        }
        Ok(press)
    }

    pub(crate) fn with(characters: BTreeSet<char>, logo: Option<Logo>, style: Style) -> Result<Self, LetterError> {
        let context = Context { style, logo: logo.as_ref().map(|logo| (logo.width, logo.height)), sample: false };
        let template = Template::new(&characters, logo.as_ref())?;
        Ok(Self { template, context, characters, logo, bases: Vec::new() })
    }

    /// One letter as a file of its own.
    pub fn print(&self, letter: &Cleared<Letter>) -> Result<Vec<u8>, LetterError> {
        self.file(letter.item())
    }

    fn file(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        let mut file = File::start(Vec::with_capacity(32_000), &self.template, 0)?;
        for page in self.pages(letter)? {
            file.page(page.base, &page.content)?;
        }
        let title = title(letter);
        let meta = Meta { title: &title, author: &letter.creditor, date: letter.date };
        file.finish(&meta).map(|(bytes, _)| bytes)
    }

    /// A letter's pages as deflated content.
    pub(crate) fn pages(&self, letter: &Letter) -> Result<Vec<Page>, LetterError> {
        let key = base_of(letter);
        let shared = self.bases.iter().find(|(base, _)| *base == key).map(|(_, number)| *number);
        let mut content = Vec::with_capacity(16_000);
        let mut pages = Vec::with_capacity(1);
        for (index, ops) in layout::pages(letter, &self.context)?.iter().enumerate() {
            content.clear();
            let base = shared.filter(|_| index == 0);
            if index == 0 && base.is_none() {
                // A letter that the batch was not prepared for brings its own.
                encode::page(&layout::base(letter, &self.context)?, &self.template.fonts, &mut content);
            }
            encode::page(ops, &self.template.fonts, &mut content);
            pages.push(Page { base, content: deflate(&content)? });
        }
        Ok(pages)
    }

    /// All operations of a letter's pages.
    pub(crate) fn whole(letter: &Letter, context: &Context) -> Result<Vec<Vec<Op>>, LetterError> {
        let mut pages = layout::pages(letter, context)?;
        if let Some(first) = pages.first_mut() {
            let own = std::mem::replace(first, layout::base(letter, context)?);
            first.extend(own);
        }
        Ok(pages)
    }

    /// The same pages through printpdf's own serializer: slower by far, and independent of ours.
    pub(crate) fn save(&self, pages: Vec<Vec<Op>>, title: &str) -> Vec<u8> {
        let mut document = PdfDocument::new(title);
        template::install(&mut document, &self.template.fonts, &self.characters, self.logo.as_ref());
        document.pages = pages.into_iter().map(template::page).collect();
        let options = PdfSaveOptions { subset_fonts: false, ..PdfSaveOptions::default() };
        document.save(&options, &mut Vec::new())
    }
}

/// One letter's file: its fonts hold exactly the characters it shows.
pub fn render(letter: &Cleared<Letter>, style: Style) -> Result<Vec<u8>, LetterError> {
    Press::new([letter.item()], style)?.print(letter)
}

/// Whether a letter can be printed: its characters, its address in the window, its barcode.
pub fn check(letter: &Letter, style: Style) -> Result<(), LetterError> {
    let mut characters = BTreeSet::new();
    for text in texts(letter) {
        collect(&mut characters, text, letter)?;
    }
    let context = Context { style, logo: None, sample: false };
    layout::pages(letter, &context).map(|_| ())
}

/// What a letter would look like: the word SAMPLE lies across every page, so it is no letter and
/// needs no clearance.
pub fn preview(letter: &Letter, style: Style) -> Result<Vec<u8>, LetterError> {
    let press = Press::new([letter], style)?;
    let context = Context { sample: true, ..press.context };
    Ok(press.save(Press::whole(letter, &context)?, "Sample"))
}

fn base_of(letter: &Letter) -> Base {
    (letter.envelope, letter.coupon.is_some())
}

pub(crate) fn title(letter: &Letter) -> String {
    let accounts = if letter.accounts.is_empty() { "account" } else { "accounts" };
    format!("{} - {accounts} {}", letter.kind.title(), letter.account_numbers())
}

/// Each thread keeps its compressor: making one costs as much as half a page.
pub(crate) fn deflate(content: &[u8]) -> Result<Vec<u8>, LetterError> {
    thread_local! {
        static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(EFFORT, true));
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        // Deflate's own bound: 5 bytes for each block of 16 kB, and the wrapper.
        let mut packed = Vec::with_capacity(content.len() + content.len() / 1_000 + 64);
        match compressor.compress_vec(content, &mut packed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => Ok(packed),
            Ok(_) => Err(LetterError::Io(std::io::Error::other("a page did not deflate"))),
            Err(error) => Err(LetterError::Io(error.into())),
        }
    })
}

/// The characters that operations show.
pub(crate) fn shown(pages: &[Vec<Op>]) -> BTreeSet<char> {
    pages
        .iter()
        .flatten()
        .filter_map(|op| match op {
            Op::ShowText { items } => Some(items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            TextItem::Text(text) => Some(text),
            _ => None,
        })
        .flat_map(|text| text.chars())
        .collect()
}

fn collect(characters: &mut BTreeSet<char>, text: &str, letter: &Letter) -> Result<(), LetterError> {
    // All of ASCII but control characters is there already.
    if text.is_ascii() {
        return Ok(());
    }
    let printed = printable(text);
    if let Some(character) = missing(&printed) {
        return Err(LetterError::NoGlyph {
            account: letter.account_number.clone(),
            customer: letter.customer_name.clone(),
            character,
            text: text.lines().find(|line| line.contains(character)).unwrap_or(text).to_owned(),
        });
    }
    characters.extend(printed.chars().filter(|one| *one != '\n'));
    Ok(())
}

/// Every text of a letter.
fn texts(letter: &Letter) -> impl Iterator<Item = &str> {
    let sender = &letter.sender;
    [
        &letter.account_number,
        &letter.customer_name,
        &letter.subject,
        &sender.name,
        &sender.phone,
        &sender.email,
        &sender.website,
        &sender.hours,
        &sender.footer,
    ]
    .into_iter()
    .chain(&letter.address)
    .chain(&sender.return_address)
    .chain(&sender.remit_to)
    .chain(letter.items.iter().map(|item| &item.number))
    .chain(letter.accounts.iter().map(|share| &share.number))
    .chain(letter.body.iter().filter_map(|part| match part {
        Part::Paragraph(text) => Some(text),
        Part::InvoiceTable | Part::ScheduleTable | Part::Itemization => None,
    }))
    .map(String::as_str)
}

#[cfg(test)]
mod tests;
