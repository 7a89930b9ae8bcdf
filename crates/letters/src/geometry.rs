//! Where on the sheet an envelope's windows show it, wherever the folded sheet has slid to.
//!
//! The sheet is US Letter, folded so that its top panel faces the window; the panel is a little
//! smaller than the envelope and can slide. What must be seen has to stay 1/8 in inside every window
//! edge in every position (USPS Publication 25, 3-9); what must not be seen has to stay out in every
//! position. Points from the sheet's top left corner.

use domain::letter::{Envelope, Window};

use crate::error::LetterError;

/// Points per inch.
pub(crate) const INCH: f32 = 72.0;
/// Sheet width.
pub(crate) const WIDTH: f32 = 8.5 * INCH;
/// Sheet height.
pub(crate) const HEIGHT: f32 = 11.0 * INCH;
/// USPS: from the address to the window's edge.
const CLEARANCE: f32 = INCH / 8.0;
/// USPS: from a barcode to the window's upper and lower edge.
const BARCODE_CLEARANCE: f32 = 0.04 * INCH;

/// A rectangle, from the sheet's top left corner, points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Area {
    pub(crate) fn width(self) -> f32 {
        self.right - self.left
    }

    pub(crate) fn height(self) -> f32 {
        self.bottom - self.top
    }

    fn shrink(self, by: f32) -> Self {
        Self { left: self.left + by, top: self.top + by, right: self.right - by, bottom: self.bottom - by }
    }
}

/// An envelope's consequences for the sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// The address stays in here.
    pub(crate) address: Area,
    /// The barcode stays in here; wider up and down than the address.
    pub(crate) barcode: Area,
    /// Everything the address window may ever show: nothing else is printed here.
    pub(crate) shown: Area,
    /// The sender stays in here, if it has a window.
    pub(crate) sender: Option<Area>,
    /// The first fold.
    pub(crate) fold: f32,
}

/// A #10 envelope: 9 1/2 by 4 1/8 in.
const TEN: (f32, f32) = (9.5 * INCH, 4.125 * INCH);
/// Where the sheet is folded first: 4 in leave the single window 0.75 in for the address, exact
/// thirds only 0.42.
const FOLD: f32 = 4.0 * INCH;

/// The places an envelope leaves for the address and the sender.
pub(crate) fn places(envelope: &Envelope) -> Result<Places, LetterError> {
    let places = match envelope {
        Envelope::SingleWindow => ten(0.875, 0.5, 4.5, 1.125, None),
        Envelope::DoubleWindow => ten(0.625, 1.0, 4.0, 1.0, Some((0.625, 2.375, 3.25, 0.875))),
        Envelope::Custom { address, sender, play_right, play_down, fold } => {
            let play = (tenths(*play_right), tenths(*play_down));
            let (seen, shown) = visible(&window(*address), play);
            let sender = sender.as_ref().map(|one| visible(&window(*one), play).0);
            assemble(seen, shown, sender, tenths(*fold))
        }
    };
    let room = places.address;
    if room.width() < 2.5 * INCH || room.height() < 0.4 * INCH || room.bottom > places.fold {
        return Err(LetterError::Envelope);
    }
    Ok(places)
}

/// A window of a #10 envelope by its left, bottom, width and height in inches, and the sender's.
fn ten(left: f32, bottom: f32, width: f32, height: f32, sender: Option<(f32, f32, f32, f32)>) -> Places {
    let play = (TEN.0 - WIDTH, TEN.1 - FOLD);
    // As seen with the panel at the envelope's top left corner.
    let area = |(left, bottom, width, height): (f32, f32, f32, f32)| Area {
        left: left * INCH,
        top: TEN.1 - (bottom + height) * INCH,
        right: (left + width) * INCH,
        bottom: TEN.1 - bottom * INCH,
    };
    let (seen, shown) = visible(&area((left, bottom, width, height)), play);
    let sender = sender.map(|one| visible(&area(one), play).0);
    assemble(seen, shown, sender, FOLD)
}

fn assemble(seen: Area, shown: Area, sender: Option<Area>, fold: f32) -> Places {
    let address = seen.shrink(CLEARANCE);
    Places {
        address,
        barcode: Area { top: seen.top + BARCODE_CLEARANCE, bottom: seen.bottom - BARCODE_CLEARANCE, ..address },
        shown,
        sender: sender.map(|seen| seen.shrink(CLEARANCE / 2.0)),
        fold,
    }
}

/// What a window shows in every position, and in any. The sheet slides right and down from the top
/// left corner, so the window slides left and up over it.
fn visible(window: &Area, (right, down): (f32, f32)) -> (Area, Area) {
    let always = Area { left: window.left, top: window.top, right: window.right - right, bottom: window.bottom - down };
    let ever = Area { left: window.left - right, top: window.top - down, right: window.right, bottom: window.bottom };
    (always, ever)
}

fn window(window: Window) -> Area {
    let (left, top) = (tenths(window.left), tenths(window.top));
    Area { left, top, right: left + tenths(window.width), bottom: top + tenths(window.height) }
}

/// Tenths of a millimetre to points.
fn tenths(value: u16) -> f32 {
    f32::from(value) / 254.0 * INCH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inches(area: Area) -> String {
        let [left, top, right, bottom] = [area.left, area.top, area.right, area.bottom].map(|edge| edge / INCH);
        format!("{left:.3} {top:.3} {right:.3} {bottom:.3}")
    }

    #[test]
    fn the_single_window_leaves_three_quarters_of_an_inch() {
        let places = places(&Envelope::SingleWindow).expect("fits");
        assert_eq!(inches(places.address), "1.000 2.625 4.250 3.375");
        assert_eq!(inches(places.shown), "-0.125 2.375 5.375 3.625");
    }

    #[test]
    fn the_double_window_shows_both_in_every_position() {
        let places = places(&Envelope::DoubleWindow).expect("fits");
        assert_eq!(inches(places.address), "0.750 2.250 3.500 2.875");
        assert_eq!(inches(places.sender.expect("sender")), "0.688 0.938 2.812 1.562");
    }

    #[test]
    fn an_impossible_envelope_is_refused() {
        let tiny = Window { left: 200, top: 500, width: 300, height: 200 };
        let envelope = Envelope::Custom { address: tiny, sender: None, play_right: 254, play_down: 32, fold: 1016 };
        assert!(matches!(places(&envelope), Err(LetterError::Envelope)));
    }
}
