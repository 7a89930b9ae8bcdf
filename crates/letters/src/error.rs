//! What can go wrong on the way from a letter to its pages.

use crate::imb::ImbError;

/// Why a letter, or a run of letters, isn't printed.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// A character the fonts lack.
    #[error("account {account} ({customer}): the letter's font has no \"{character}\" (U+{code:04X}); correct \"{text}\" in the billing system", code = u32::from(*.character))]
    NoGlyph {
        /// Account number.
        account: String,
        /// Customer's name.
        customer: String,
        /// Which character.
        character: char,
        /// Where it stands.
        text: String,
    },
    /// The address doesn't fit the envelope's window in a size the mail still reads.
    #[error(
        "account {account} ({customer}): the address {what} the envelope's window at the 8 points the mail asks for; shorten it or use another envelope"
    )]
    Address {
        /// Account number.
        account: String,
        /// Customer's name.
        customer: String,
        /// "is wider than", "has more lines than fit".
        what: &'static str,
    },
    /// The envelope's measures leave no room.
    #[error("the envelope's measures leave no room for an address of 2.5 by 0.4 inches; measure its window again")]
    Envelope,
    /// The barcode's digits are wrong.
    #[error("account {account} ({customer}): {source}")]
    Barcode {
        /// Account number.
        account: String,
        /// Customer's name.
        customer: String,
        /// What is wrong with them.
        source: ImbError,
    },
    /// The coupon's code holds too much.
    #[error("account {account}: the account number is too long for the coupon's code")]
    Code {
        /// Account number.
        account: String,
    },
    /// The logo can't be read.
    #[error("the logo can't be used: {0}; choose a PNG of at most 2,000 by 2,000 pixels and 1 MB")]
    Logo(String),
    /// The font can't be cut down to the characters in use.
    #[error("the letter's font can't be embedded: {0}")]
    Font(String),
    /// Letters of one run must share their letterhead.
    #[error("account {0}: its letterhead differs from the run's; print it in a run of its own")]
    Letterhead(String),
    /// A run over nothing.
    #[error("there is no letter to print")]
    Empty,
    /// Stopped by a person; what was written so far is no whole file.
    #[error("the run was stopped after {0} letters; its file is incomplete")]
    Stopped(usize),
    /// The file can't be written.
    #[error("the letters' file can't be written: {0}")]
    Io(#[from] std::io::Error),
    /// The manifest can't be written.
    #[error("the manifest can't be written: {0}")]
    Manifest(#[from] csv::Error),
}
