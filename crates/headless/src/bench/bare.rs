//! The peer of the letters: a bare PDF writer. It neither measures nor lays out: it writes the same
//! words, figures and code with a standard font, deflates, and numbers its objects.

use std::io::Write as _;

use domain::letter::{Letter, Part};
use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::Failure;

/// A file of one letter.
pub fn write(letter: &Letter) -> Result<Vec<u8>, Failure> {
    let mut page = words(letter)?;
    code(letter, &mut page)?;
    let mut deflate = ZlibEncoder::new(Vec::with_capacity(6_000), Compression::new(6));
    deflate.write_all(&page)?;
    file(&deflate.finish()?)
}

fn words(letter: &Letter) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::with_capacity(16_000);
    let mut y = 740;
    let mut line = |text: &str| -> std::io::Result<()> {
        y -= 12;
        writeln!(page, "BT /F 9 Tf 1 0 0 1 63 {y} Tm ({text}) Tj ET")
    };
    for text in &letter.address {
        line(text)?;
    }
    for part in &letter.body {
        match part {
            Part::Paragraph(words) => {
                for piece in words.as_bytes().chunks(100) {
                    line(&String::from_utf8_lossy(piece))?;
                }
            }
            Part::InvoiceTable | Part::ScheduleTable | Part::Itemization => {
                for item in &letter.items {
                    for cell in [&item.number, &item.date.to_string(), &item.due.to_string(), &item.open.pretty()] {
                        line(cell)?;
                    }
                }
            }
        }
    }
    Ok(page)
}

fn code(letter: &Letter, page: &mut Vec<u8>) -> Result<(), Failure> {
    let payload = letter.coupon.as_ref().map_or("", |coupon| coupon.qr.as_str());
    let segments = [qrcodegen::QrSegment::make_bytes(payload.as_bytes())];
    let code = qrcodegen::QrCode::encode_segments_advanced(
        &segments,
        qrcodegen::QrCodeEcc::Medium,
        qrcodegen::Version::MIN,
        qrcodegen::Version::MAX,
        Some(qrcodegen::Mask::new(2)),
        false,
    )?;
    for row in 0..code.size() {
        for column in (0..code.size()).filter(|column| code.get_module(*column, row)) {
            writeln!(page, "{} {} 2 2 re", 480 + 2 * column, 100 - 2 * row)?;
        }
    }
    page.extend_from_slice(b"f\n");
    Ok(())
}

fn file(content: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ];
    for (number, body) in objects.iter().enumerate() {
        offsets.push(file.len());
        write!(file, "{} 0 obj\n{body}\nendobj\n", number + 1)?;
    }
    offsets.push(file.len());
    write!(file, "5 0 obj\n<</Length {}/Filter/FlateDecode>>stream\n", content.len())?;
    file.extend_from_slice(content);
    file.extend_from_slice(b"\nendstream\nendobj\n");
    let start = file.len();
    write!(file, "xref\n0 6\n0000000000 65535 f \n")?;
    for offset in offsets {
        writeln!(file, "{offset:010} 00000 n ")?;
    }
    write!(file, "trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n")?;
    Ok(file)
}
