//! A PDF file written from front to back: shared objects, pages as they come, then the page tree,
//! outline, metadata and cross-references. Nothing but offsets is kept.

// Text is put together in Strings, whose writes can't fail; the file's own writes are checked.
use std::fmt::Write as _;
use std::io::Write;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::error::LetterError;
use crate::geometry::{HEIGHT, WIDTH};
use crate::object::text_string;
use crate::template::Template;

/// Pages under one node of the tree, and nodes under one node.
const FAN: usize = 64;

/// A document's description.
pub(crate) struct Meta<'a> {
    pub(crate) title: &'a str,
    pub(crate) author: &'a str,
    /// Creation date: the letters' own, so that the same input gives the same bytes.
    pub(crate) date: NaiveDate,
}

/// A file in the making.
pub(crate) struct File<W> {
    out: W,
    written: u64,
    /// Offset of object 1, 2, ...; zero where it isn't written yet.
    offsets: Vec<u64>,
    hash: Sha256,
    resources: usize,
    root: usize,
    outlines: usize,
    /// Finished and open inner nodes below the root: number and pages.
    branches: Vec<(usize, usize)>,
    /// The open branch's leaves.
    leaves: Vec<(usize, usize)>,
    /// The open leaf's pages.
    pages: Vec<usize>,
    leaf: usize,
    branch: usize,
    page_count: usize,
    bookmarks: Option<Bookmarks>,
}

struct Bookmarks {
    first: usize,
    last: usize,
    left: usize,
    count: usize,
    next: usize,
}

impl<W: Write> File<W> {
    /// Starts a file with the shared objects. `bookmarks` is how many there will be; none for a
    /// file without an outline.
    pub(crate) fn start(out: W, template: &Template, bookmarks: usize) -> Result<Self, LetterError> {
        let mut file = Self {
            out,
            written: 0,
            offsets: template.offsets.clone(),
            hash: template.hash.clone(),
            resources: template.resources,
            root: 0,
            outlines: 0,
            branches: Vec::new(),
            leaves: Vec::new(),
            pages: Vec::new(),
            leaf: 0,
            branch: 0,
            page_count: 0,
            bookmarks: None,
        };
        file.out.write_all(&template.head)?;
        file.written = template.head.len() as u64;
        file.root = file.allocate();
        if bookmarks > 0 {
            file.outlines = file.allocate();
            let first = file.allocate();
            file.bookmarks = Some(Bookmarks { first, last: 0, left: bookmarks, count: bookmarks, next: first });
        }
        Ok(file)
    }

    /// Adds a page of deflated content, over a shared stream if there is one; returns its object's
    /// number.
    pub(crate) fn page(&mut self, base: Option<usize>, content: &[u8]) -> Result<usize, LetterError> {
        if self.branch == 0 {
            self.branch = self.allocate();
        }
        if self.leaf == 0 {
            self.leaf = self.allocate();
        }
        let stream = self.allocate();
        let page = self.allocate();
        let mut body = format!("<</Length {}/Filter/FlateDecode>>stream\n", content.len()).into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\nendstream");
        self.object(stream, &body)?;
        let (leaf, resources) = (self.leaf, self.resources);
        let contents = base.map_or_else(|| format!(" {stream} 0 R"), |base| format!("[{base} 0 R {stream} 0 R]"));
        let body = format!("<</Type/Page/Parent {leaf} 0 R/Contents{contents}/Resources {resources} 0 R>>");
        self.object(page, body.as_bytes())?;
        self.pages.push(page);
        self.page_count += 1;
        if self.pages.len() == FAN {
            self.end_leaf()?;
        }
        Ok(page)
    }

    /// Adds a bookmark to a page.
    pub(crate) fn bookmark(&mut self, title: &str, page: usize) -> Result<(), LetterError> {
        let Some(mut marks) = self.bookmarks.take() else {
            return Ok(());
        };
        let number = marks.next;
        marks.left = marks.left.saturating_sub(1);
        let mut body = b"<</Title".to_vec();
        text_string(&mut body, title);
        let mut more = format!("/Parent {} 0 R/Dest[{page} 0 R/XYZ null null null]", self.outlines);
        if marks.last > 0 {
            let _ = write!(more, "/Prev {} 0 R", marks.last);
        }
        if marks.left > 0 {
            marks.next = self.allocate();
            let _ = write!(more, "/Next {} 0 R", marks.next);
        }
        body.extend_from_slice(more.as_bytes());
        body.extend_from_slice(b">>");
        marks.last = number;
        self.bookmarks = Some(marks);
        self.object(number, &body)
    }

    fn end_leaf(&mut self) -> Result<(), LetterError> {
        if self.pages.is_empty() {
            return Ok(());
        }
        let (leaf, branch) = (std::mem::take(&mut self.leaf), self.branch);
        let pages = std::mem::take(&mut self.pages);
        let parent = format!("/Parent {branch} 0 R");
        self.node(leaf, &parent, &pages, pages.len())?;
        self.leaves.push((leaf, pages.len()));
        if self.leaves.len() == FAN {
            self.end_branch()?;
        }
        Ok(())
    }

    fn end_branch(&mut self) -> Result<(), LetterError> {
        if self.leaves.is_empty() {
            return Ok(());
        }
        let branch = std::mem::take(&mut self.branch);
        let leaves = std::mem::take(&mut self.leaves);
        let kids: Vec<usize> = leaves.iter().map(|(number, _)| *number).collect();
        let count = leaves.iter().map(|(_, pages)| pages).sum();
        let parent = format!("/Parent {} 0 R", self.root);
        self.node(branch, &parent, &kids, count)?;
        self.branches.push((branch, count));
        Ok(())
    }

    fn node(&mut self, number: usize, extra: &str, kids: &[usize], count: usize) -> Result<(), LetterError> {
        let mut body = format!("<</Type/Pages{extra}/Count {count}/Kids[");
        for kid in kids {
            let _ = write!(body, "{kid} 0 R ");
        }
        body.push_str("]>>");
        self.object(number, body.as_bytes())
    }

    /// Ends the file; returns what it was written into, and how many pages it has.
    pub(crate) fn finish(mut self, meta: &Meta<'_>) -> Result<(W, usize), LetterError> {
        self.end_leaf()?;
        self.end_branch()?;
        let kids: Vec<usize> = self.branches.iter().map(|(number, _)| *number).collect();
        let size = format!("/MediaBox[0 0 {WIDTH} {HEIGHT}]");
        self.node(self.root, &size, &kids, self.page_count)?;
        let mut catalog =
            format!("<</Type/Catalog/Pages {} 0 R/Lang(en-US)/ViewerPreferences<</DisplayDocTitle true>>", self.root);
        if let Some(marks) = self.bookmarks.take() {
            let body =
                format!("<</Type/Outlines/First {} 0 R/Last {} 0 R/Count {}>>", marks.first, marks.last, marks.count);
            self.object(self.outlines, body.as_bytes())?;
            let _ = write!(catalog, "/Outlines {} 0 R/PageMode/UseOutlines", self.outlines);
        }
        let metadata = self.allocate();
        let xmp = xmp(meta);
        let mut body = format!("<</Type/Metadata/Subtype/XML/Length {}>>stream\n", xmp.len()).into_bytes();
        body.extend_from_slice(xmp.as_bytes());
        body.extend_from_slice(b"\nendstream");
        self.object(metadata, &body)?;
        let _ = write!(catalog, "/Metadata {metadata} 0 R>>");
        let root = self.allocate();
        self.object(root, catalog.as_bytes())?;
        let info = self.allocate();
        let mut body = b"<</Title".to_vec();
        text_string(&mut body, meta.title);
        body.extend_from_slice(b"/Author");
        text_string(&mut body, meta.author);
        let date = meta.date.format("%Y%m%d000000Z");
        body.extend_from_slice(format!("/Creator(Dunlin)/CreationDate(D:{date})>>").as_bytes());
        self.object(info, &body)?;
        self.end(root, info)
    }

    fn end(mut self, root: usize, info: usize) -> Result<(W, usize), LetterError> {
        let start = self.written;
        let mut tail = format!("xref\n0 {}\n0000000000 65535 f \n", self.offsets.len() + 1);
        for offset in &self.offsets {
            let _ = writeln!(tail, "{offset:010} 00000 n ");
        }
        let digest = self.hash.clone().finalize();
        let id = digest[..16].iter().fold(String::new(), |mut id, byte| {
            let _ = write!(id, "{byte:02X}");
            id
        });
        let _ = write!(
            tail,
            "trailer\n<</Size {}/Root {root} 0 R/Info {info} 0 R/ID[<{id}><{id}>]>>\nstartxref\n{start}\n%%EOF\n",
            self.offsets.len() + 1
        );
        self.out.write_all(tail.as_bytes())?;
        Ok((self.out, self.page_count))
    }

    fn allocate(&mut self) -> usize {
        self.offsets.push(0);
        self.offsets.len()
    }

    fn object(&mut self, number: usize, body: &[u8]) -> Result<(), LetterError> {
        if let Some(offset) = number.checked_sub(1).and_then(|index| self.offsets.get_mut(index)) {
            *offset = self.written;
        }
        self.put(format!("{number} 0 obj\n").as_bytes())?;
        self.put(body)?;
        self.put(b"\nendobj\n")
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), LetterError> {
        self.out.write_all(bytes)?;
        self.hash.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }
}

/// The same description as XML, which archives read.
fn xmp(meta: &Meta<'_>) -> String {
    let clean = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title>\
         <dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>\
         <dc:language><rdf:Bag><rdf:li>en-US</rdf:li></rdf:Bag></dc:language>\
         <xmp:CreateDate>{}</xmp:CreateDate><xmp:CreatorTool>Dunlin</xmp:CreatorTool>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>",
        clean(meta.title),
        clean(meta.author),
        meta.date.format("%Y-%m-%dT00:00:00Z")
    )
}
