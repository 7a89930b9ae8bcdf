//! The two faces of Noto Sans: their characters, widths, and subsets to embed.
//!
//! Widths are the integers that stand in the PDF, so that a line measured here ends where the viewer
//! ends it. There is no kerning: it would cost a third of the speed and bytes.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use subsetter::GlyphRemapper;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::error::LetterError;

/// A face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Face {
    /// Upright, weight 400.
    Regular,
    /// Upright, weight 700.
    Bold,
}

impl Face {
    pub(crate) const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// Its name in page resources and operations.
    pub(crate) fn resource(self) -> &'static str {
        match self {
            Self::Regular => "R",
            Self::Bold => "B",
        }
    }

    /// Its PostScript name behind a subset tag (six capitals, PDF 32000-1, 9.6.4).
    pub(crate) fn base_name(self) -> &'static str {
        match self {
            Self::Regular => "DUNREG+NotoSans",
            Self::Bold => "DUNBLD+NotoSans-Bold",
        }
    }

    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => notosans::REGULAR_TTF,
            Self::Bold => notosans::BOLD_TTF,
        }
    }

    /// Glyph of a character; none where the face lacks it.
    pub(crate) fn glyph(self, character: char) -> Option<u16> {
        self.metrics().glyph(character).map(|(glyph, _)| glyph)
    }

    /// Advance in thousandths of the size, as the PDF states it; zero for a missing character.
    pub(crate) fn advance(self, character: char) -> u16 {
        self.metrics().glyph(character).map_or(0, |(_, width)| width)
    }

    /// Width of a text at a size, in points.
    pub(crate) fn width(self, text: &str, size: f32) -> f32 {
        let metrics = self.metrics();
        let units: u32 = text.chars().map(|one| metrics.glyph(one).map_or(0, |(_, width)| u32::from(width))).sum();
        to_f32(units) * size / 1000.0
    }

    fn metrics(self) -> &'static Metrics {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

/// Exact up to 16 million; a line's width is far below that.
#[allow(clippy::cast_precision_loss)] // see above
fn to_f32(units: u32) -> f32 {
    units as f32
}

static REGULAR: LazyLock<Metrics> = LazyLock::new(|| Metrics::read(Face::Regular.bytes()));
static BOLD: LazyLock<Metrics> = LazyLock::new(|| Metrics::read(Face::Bold.bytes()));

/// Glyph and width by code point; glyph 0 is "missing".
struct Metrics {
    glyphs: Vec<(u16, u16)>,
}

impl Metrics {
    /// An unreadable face has no characters, so every letter is refused by name of the first one.
    fn read(bytes: &[u8]) -> Self {
        let mut glyphs = Vec::new();
        if let Ok(face) = ttf_parser::Face::parse(bytes, 0) {
            let per_em = u32::from(face.units_per_em()).max(1);
            // The face has nothing beyond the basic plane.
            for code in 0x20..=0xFFFF_u32 {
                let Some(glyph) = char::from_u32(code).and_then(|one| face.glyph_index(one)) else {
                    continue;
                };
                let advance = u32::from(face.glyph_hor_advance(glyph).unwrap_or(0));
                let index = code as usize;
                if glyphs.len() <= index {
                    glyphs.resize(index + 1, (0, 0));
                }
                glyphs[index] = (glyph.0, u16::try_from(advance * 1000 / per_em).unwrap_or(u16::MAX));
            }
        }
        Self { glyphs }
    }

    fn glyph(&self, character: char) -> Option<(u16, u16)> {
        self.glyphs.get(u32::from(character) as usize).copied().filter(|(glyph, _)| *glyph != 0)
    }
}

/// A text as it is printed: composed (NFC), control characters as spaces.
pub(crate) fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    let clean = |one: char| {
        if one.is_control() && one != '\n' { ' ' } else { one }
    };
    let composed = is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if composed && text.chars().all(|one| clean(one) == one) {
        return text.into();
    }
    text.nfc().map(clean).collect::<String>().into()
}

/// The first character of a printable text that the faces lack.
pub(crate) fn missing(text: &str) -> Option<char> {
    text.chars().find(|one| *one != '\n' && Face::ALL.iter().any(|face| face.glyph(*one).is_none()))
}

/// A face cut down to some characters.
pub(crate) struct Subset {
    /// TrueType, without a cmap.
    pub(crate) bytes: Vec<u8>,
    /// Old to new glyph; zero where it is not in the subset.
    remap: Vec<u16>,
    face: Face,
}

impl Subset {
    pub(crate) fn of(face: Face, characters: &BTreeSet<char>) -> Result<Self, LetterError> {
        let mut remapper = GlyphRemapper::new();
        for character in characters {
            if let Some(glyph) = face.glyph(*character) {
                remapper.remap(glyph);
            }
        }
        let bytes =
            subsetter::subset(face.bytes(), 0, &remapper).map_err(|error| LetterError::Font(error.to_string()))?;
        let mut remap = Vec::new();
        for (new, old) in (0_u16..).zip(remapper.remapped_gids()) {
            let index = usize::from(old);
            if remap.len() <= index {
                remap.resize(index + 1, 0);
            }
            remap[index] = new;
        }
        Ok(Self { bytes, remap, face })
    }

    /// The glyph of a character in the subset; zero (.notdef) if it is not in it.
    pub(crate) fn glyph(&self, character: char) -> u16 {
        self.face.glyph(character).and_then(|glyph| self.remap.get(usize::from(glyph)).copied()).unwrap_or(0)
    }
}
