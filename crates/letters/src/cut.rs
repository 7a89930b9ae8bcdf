//! A run's file without some of its letters: when a customer leaves the device that printed them, the
//! others' letters stay.

use std::collections::BTreeSet;

use lopdf::{Document, Object, ObjectId};

use crate::error::LetterError;

fn unreadable(error: lopdf::Error) -> LetterError {
    LetterError::Io(std::io::Error::other(error))
}

fn reference(document: &Document, of: ObjectId, key: &[u8]) -> Option<ObjectId> {
    document.get_dictionary(of).ok()?.get(key).and_then(Object::as_reference).ok()
}

/// The file without these pages, counted from 1: neither their content nor their bookmarks are in it
/// any more. None when no page is left.
pub fn without(pdf: &[u8], pages: &BTreeSet<usize>) -> Result<Option<Vec<u8>>, LetterError> {
    let mut document = Document::load_mem(pdf).map_err(unreadable)?;
    let all = document.get_pages();
    let gone: BTreeSet<ObjectId> = all
        .iter()
        .filter(|(number, _)| usize::try_from(**number).is_ok_and(|number| pages.contains(&number)))
        .map(|(_, id)| *id)
        .collect();
    if gone.len() == all.len() {
        return Ok(None);
    }
    let catalog = document.trailer.get(b"Root").and_then(Object::as_reference).map_err(unreadable)?;
    if let Some(root) = reference(&document, catalog, b"Pages") {
        thin(&mut document, root, &gone)?;
    }
    if let Some(outlines) = reference(&document, catalog, b"Outlines") {
        unmark(&mut document, outlines, &gone)?;
    }
    document.objects.retain(|id, _| !gone.contains(id));
    document.prune_objects();
    let mut cut = Vec::with_capacity(pdf.len());
    document.save_to(&mut cut)?;
    Ok(Some(cut))
}

/// Takes the pages out of a node of the tree; how many are left under it.
fn thin(document: &mut Document, node: ObjectId, gone: &BTreeSet<ObjectId>) -> Result<i64, LetterError> {
    let kids = document.get_dictionary(node).and_then(|node| node.get(b"Kids")).and_then(Object::as_array);
    let kids: Vec<ObjectId> =
        kids.map_err(unreadable)?.iter().map(Object::as_reference).collect::<Result<_, _>>().map_err(unreadable)?;
    let (mut left, mut count) = (Vec::new(), 0);
    for kid in kids.into_iter().filter(|kid| !gone.contains(kid)) {
        let inner = document.get_dictionary(kid).is_ok_and(|kid| kid.has(b"Kids"));
        let under = if inner { thin(document, kid, gone)? } else { 1 };
        if under > 0 {
            left.push(Object::Reference(kid));
            count += under;
        }
    }
    let node = document.get_dictionary_mut(node).map_err(unreadable)?;
    node.set("Kids", left);
    node.set("Count", count);
    Ok(count)
}

/// Takes the bookmarks of the pages out.
fn unmark(document: &mut Document, outlines: ObjectId, gone: &BTreeSet<ObjectId>) -> Result<(), LetterError> {
    let mut marks = Vec::new();
    let mut next = reference(document, outlines, b"First");
    while let Some(mark) = next {
        let to = document.get_dictionary(mark).and_then(|mark| mark.get(b"Dest")).and_then(Object::as_array);
        let to = to.map_err(unreadable)?.first().map(Object::as_reference);
        if !matches!(to, Some(Ok(page)) if gone.contains(&page)) {
            marks.push(mark);
        }
        next = reference(document, mark, b"Next");
    }
    for (at, mark) in marks.iter().enumerate() {
        let one = document.get_dictionary_mut(*mark).map_err(unreadable)?;
        one.remove(b"Prev");
        one.remove(b"Next");
        if let Some(before) = at.checked_sub(1).and_then(|at| marks.get(at)) {
            one.set("Prev", *before);
        }
        if let Some(after) = marks.get(at + 1) {
            one.set("Next", *after);
        }
    }
    let all = document.get_dictionary_mut(outlines).map_err(unreadable)?;
    if let (Some(first), Some(last)) = (marks.first(), marks.last()) {
        all.set("First", *first);
        all.set("Last", *last);
        all.set("Count", i64::try_from(marks.len()).unwrap_or(i64::MAX));
    }
    Ok(())
}

/// A run's manifest without the letters that begin on these pages; the others are counted anew.
pub fn manifest_without(manifest: &[u8], pages: &BTreeSet<usize>) -> Result<Vec<u8>, LetterError> {
    let mut from = csv::Reader::from_reader(manifest);
    let head = from.headers()?.clone();
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record(&head)?;
    let mut sequence = 0;
    for line in from.records() {
        let line = line?;
        let page: usize = line.get(1).and_then(|page| page.parse().ok()).unwrap_or_default();
        if pages.contains(&page) {
            continue;
        }
        sequence += 1;
        let page = page - pages.range(..page).count();
        let rest = line.iter().skip(2).map(str::to_owned);
        to.write_record([sequence.to_string(), page.to_string()].into_iter().chain(rest))?;
    }
    to.into_inner().map_err(|error| LetterError::Io(error.into_error()))
}
