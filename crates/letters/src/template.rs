//! What every page of a batch shares: fonts and logo, written by printpdf once, deflated once, and
//! kept as finished PDF objects that are copied before each file's own.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId, Stream};
use printpdf::{
    FontId, FontMetrics, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, Rect,
    TextItem, XObject, XObjectId,
};
use sha2::{Digest, Sha256};

use crate::canvas::LOGO;
use crate::encode::Fonts;
use crate::error::LetterError;
use crate::font::{Face, Subset};
use crate::geometry::{HEIGHT, WIDTH};
use crate::logo::Logo;
use crate::object;

/// Shared objects, numbered from 1, and the resources that name them.
pub(crate) struct Template {
    pub(crate) fonts: Fonts,
    /// The beginning of every file of the batch: its header and objects 1, 2, ...
    pub(crate) head: Vec<u8>,
    /// Where in it each object begins.
    pub(crate) offsets: Vec<u64>,
    /// The state of the file's digest after it.
    pub(crate) hash: Sha256,
    /// The pages' resources dictionary.
    pub(crate) resources: usize,
}

impl Template {
    pub(crate) fn new(characters: &BTreeSet<char>, logo: Option<&Logo>) -> Result<Self, LetterError> {
        let fonts =
            Fonts { regular: Subset::of(Face::Regular, characters)?, bold: Subset::of(Face::Bold, characters)? };
        let document = document(&fonts, characters, logo);
        let mut warnings = Vec::new();
        let options = PdfSaveOptions { optimize: false, subset_fonts: false, ..PdfSaveOptions::default() };
        let written = document.to_lopdf_document(&options, &mut warnings);
        if let Some(warning) = warnings.first() {
            return Err(LetterError::Font(format!("{warning:?}")));
        }
        let missing = || LetterError::Font("the page template has no resources".to_owned());
        let page = written.page_iter().next().ok_or_else(missing)?;
        let named = |kind: &[u8]| -> Option<Dictionary> {
            let resources = written.get_dictionary(page).ok()?.get(b"Resources").ok()?;
            let resources = resolve(&written, resources)?.as_dict().ok()?;
            resolve(&written, resources.get(kind).ok()?)?.as_dict().ok().cloned()
        };
        let mut resources = Dictionary::new();
        resources.set("Font", named(b"Font").ok_or_else(missing)?);
        if logo.is_some() {
            resources.set("XObject", named(b"XObject").ok_or_else(missing)?);
        }
        let mut collected = Collected { from: &written, ids: BTreeMap::new(), objects: Vec::new() };
        let resources = collected.renumbered(&Object::Dictionary(resources));
        let mut body = Vec::new();
        object::write(&mut body, &resources);
        collected.objects.push(body);
        // The four bytes above 127 tell transfer programs that this is no text (7.5.2).
        let mut head = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut offsets = Vec::new();
        for (index, body) in collected.objects.iter().enumerate() {
            offsets.push(head.len() as u64);
            head.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            head.extend_from_slice(body);
            head.extend_from_slice(b"\nendobj\n");
        }
        let hash = Sha256::new_with_prefix(&head);
        Ok(Self { fonts, head, resources: offsets.len(), offsets, hash })
    }

    /// Adds a shared content stream, deflated; returns its object's number.
    pub(crate) fn add_stream(&mut self, content: &[u8]) -> usize {
        let start = self.head.len();
        self.offsets.push(start as u64);
        let number = self.offsets.len();
        let dictionary = format!("{number} 0 obj\n<</Length {}/Filter/FlateDecode>>stream\n", content.len());
        self.head.extend_from_slice(dictionary.as_bytes());
        self.head.extend_from_slice(content);
        self.head.extend_from_slice(b"\nendstream\nendobj\n");
        self.hash.update(&self.head[start..]);
        number
    }
}

/// A one-page document that shows every character in both faces, and the logo.
fn document(fonts: &Fonts, characters: &BTreeSet<char>, logo: Option<&Logo>) -> PdfDocument {
    let mut document = PdfDocument::new("");
    install(&mut document, fonts, characters, logo);
    let mut ops = vec![Op::StartTextSection];
    for face in Face::ALL {
        ops.push(Op::SetFont { font: PdfFontHandle::External(FontId(face.resource().to_owned())), size: Pt(10.0) });
        ops.push(Op::ShowText { items: vec![TextItem::Text(characters.iter().collect())] });
    }
    ops.push(Op::EndTextSection);
    document.pages = vec![page(ops)];
    document
}

/// A US Letter page.
pub(crate) fn page(ops: Vec<Op>) -> PdfPage {
    let sheet = || Rect::from_wh(Pt(WIDTH), Pt(HEIGHT));
    PdfPage { media_box: sheet(), trim_box: sheet(), crop_box: sheet(), ops }
}

/// Puts a batch's fonts and logo among a document's resources, under the names the layout uses.
pub(crate) fn install(document: &mut PdfDocument, fonts: &Fonts, characters: &BTreeSet<char>, logo: Option<&Logo>) {
    for face in Face::ALL {
        let subset = fonts.of(face);
        let glyphs = characters.iter().map(|one| (u32::from(*one), subset.glyph(*one)));
        let widths = characters.iter().map(|one| (subset.glyph(*one), face.advance(*one)));
        let mut font = ParsedFont::with_glyph_data(
            subset.bytes.clone(),
            0,
            Some(face.base_name().to_owned()),
            glyphs.collect(),
            widths.collect(),
            1000,
            FontMetrics { ascent: 1069, descent: -293 },
        );
        // Noto Sans' own figures (head and OS/2 tables), in thousandths.
        font.pdf_font_metrics.x_min = -621;
        font.pdf_font_metrics.y_min = -389;
        font.pdf_font_metrics.x_max = 2800;
        font.pdf_font_metrics.y_max = 1067;
        font.pdf_font_metrics.us_weight_class = if face == Face::Bold { 700 } else { 400 };
        document.resources.fonts.map.insert(FontId(face.resource().to_owned()), PdfFont::new(font));
    }
    if let Some(logo) = logo {
        document.resources.xobjects.map.insert(XObjectId(LOGO.to_owned()), XObject::External(logo.xobject()));
    }
}

fn resolve<'a>(document: &'a lopdf::Document, object: &'a Object) -> Option<&'a Object> {
    match object {
        Object::Reference(id) => document.get_object(*id).ok(),
        direct => Some(direct),
    }
}

/// Objects reachable from the resources, renumbered from 1 in the order they are met.
struct Collected<'a> {
    from: &'a lopdf::Document,
    ids: BTreeMap<ObjectId, u32>,
    objects: Vec<Vec<u8>>,
}

impl Collected<'_> {
    fn renumbered(&mut self, object: &Object) -> Object {
        match object {
            Object::Reference(id) => Object::Reference((self.number(*id), 0)),
            Object::Array(items) => Object::Array(items.iter().map(|item| self.renumbered(item)).collect()),
            Object::Dictionary(dictionary) => Object::Dictionary(self.dictionary(dictionary)),
            Object::Stream(stream) => {
                let mut deflated = Stream::new(self.dictionary(&stream.dict), stream.content.clone());
                // Fails only where deflating would not save anything; then it stays as it is.
                let _ = deflated.compress();
                Object::Stream(deflated)
            }
            other => other.clone(),
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary) -> Dictionary {
        dictionary.iter().map(|(key, value)| (key.clone(), self.renumbered(value))).collect()
    }

    fn number(&mut self, id: ObjectId) -> u32 {
        if let Some(number) = self.ids.get(&id) {
            return *number;
        }
        let object = self.from.get_object(id).map_or(Object::Null, |object| self.renumbered(object));
        let mut body = Vec::new();
        object::write(&mut body, &object);
        self.objects.push(body);
        let number = u32::try_from(self.objects.len()).unwrap_or(u32::MAX);
        self.ids.insert(id, number);
        number
    }
}
