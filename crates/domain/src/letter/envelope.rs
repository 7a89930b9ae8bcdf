//! Envelopes: where their windows lie on the folded sheet, and the barcode for the mail.

use serde::{Deserialize, Serialize};

/// A rectangle on the sheet, in tenths of a millimetre from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From the sheet's left edge to the window's.
    pub left: u16,
    /// From the sheet's top edge to the window's.
    pub top: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

/// The envelope a letter goes into. Makes of windows differ, hence `Custom`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "envelope")]
pub enum Envelope {
    /// #10, one window 1 1/8 x 4 1/2 in at left 7/8, bottom 1/2: the sender is printed on the
    /// envelope.
    #[default]
    SingleWindow,
    /// #10, two windows: the sender's 7/8 x 3 1/4 in at left 5/8, bottom 2 3/8; the address' 1 x
    /// 4 in at left 5/8, bottom 1.
    DoubleWindow,
    /// Another make: the window for the address as seen with the sheet lying top left in the
    /// envelope, the play of the sheet in it, and where the first fold is.
    Custom {
        /// The window of the address.
        address: Window,
        /// The window of the sender; none if it is printed on the envelope.
        sender: Option<Window>,
        /// How far the sheet can move to the right, tenths of a millimetre.
        play_right: u16,
        /// How far the sheet can move down, tenths of a millimetre.
        play_down: u16,
        /// The first fold, tenths of a millimetre from the top.
        fold: u16,
    },
}

/// What an Intelligent Mail barcode says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imb {
    /// 20 digits: barcode id, service type, mailer id, serial number.
    pub tracking: String,
    /// ZIP, ZIP+4 or ZIP+4 with delivery point: 0, 5, 9 or 11 digits.
    pub routing: String,
}
