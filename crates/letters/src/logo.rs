//! The letterhead's logo: a PNG into plain pixels, transparency laid on white.

use std::collections::BTreeMap;
use std::io::Cursor;

use printpdf::{DictItem, ExternalStream, ExternalXObject};

use crate::error::LetterError;

/// Pixels, three bytes each.
#[derive(Clone)]
pub(crate) struct Logo {
    pub(crate) width: u32,
    pub(crate) height: u32,
    rgb: Vec<u8>,
}

impl Logo {
    /// Reads a PNG of at most 1 MB and 2,000 by 2,000 pixels.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, LetterError> {
        let wrong = |error: png::DecodingError| LetterError::Logo(error.to_string());
        if bytes.len() > 1_000_000 {
            return Err(LetterError::Logo("it is larger than 1 MB".to_owned()));
        }
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(wrong)?;
        let (width, height) = (reader.info().width, reader.info().height);
        if width > 2_000 || height > 2_000 {
            return Err(LetterError::Logo(format!("it is {width} by {height} pixels")));
        }
        let size = reader.output_buffer_size().ok_or_else(|| LetterError::Logo("it is too large".to_owned()))?;
        let mut pixels = vec![0; size];
        let frame = reader.next_frame(&mut pixels).map_err(wrong)?;
        pixels.truncate(frame.buffer_size());
        let over_white = |value: u8, alpha: u8| {
            let mixed = u16::from(value) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(255)
        };
        let rgb = match frame.color_type {
            png::ColorType::Rgb => pixels,
            png::ColorType::Rgba => {
                pixels.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]].map(|value| over_white(value, p[3]))).collect()
            }
            png::ColorType::Grayscale => pixels.iter().flat_map(|p| [*p; 3]).collect(),
            png::ColorType::GrayscaleAlpha => {
                pixels.chunks_exact(2).flat_map(|p| [over_white(p[0], p[1]); 3]).collect()
            }
            png::ColorType::Indexed => {
                return Err(LetterError::Logo("its palette can't be read".to_owned()));
            }
        };
        Ok(Self { width, height, rgb })
    }

    /// As an image among page resources.
    pub(crate) fn xobject(&self) -> ExternalXObject {
        let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
        let dict = BTreeMap::from([
            ("Type".to_owned(), name("XObject")),
            ("Subtype".to_owned(), name("Image")),
            ("Width".to_owned(), DictItem::Int(i64::from(self.width))),
            ("Height".to_owned(), DictItem::Int(i64::from(self.height))),
            ("ColorSpace".to_owned(), name("DeviceRGB")),
            ("BitsPerComponent".to_owned(), DictItem::Int(8)),
        ]);
        ExternalXObject {
            stream: ExternalStream { dict, content: self.rgb.clone(), compress: true },
            width: None,
            height: None,
            dpi: None,
        }
    }
}
