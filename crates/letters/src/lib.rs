//! Cleared letters into PDF bytes: the same input gives the same bytes.
//!
//! [`render`] makes one file of one letter, [`Press`] many files of a batch, [`Run`] one merged file
//! sorted by ZIP, [`without`] a run's file without some of its letters. What this crate does *not* do: decide who gets a letter, read or write files,
//! print. Nothing but a [`Cleared`](domain::compliance::Cleared) letter becomes pages that could be
//! mailed; a [`preview`] says SAMPLE across.

mod canvas;
mod cut;
mod encode;
mod error;
mod file;
mod font;
mod form;
mod geometry;
pub mod imb;
mod layout;
mod logo;
mod object;
mod press;
mod run;
mod template;
mod text;

pub use cut::{manifest_without, without};
pub use error::LetterError;
pub use form::{Enrollment, enrollment_form};
pub use layout::Style;
pub use press::{Press, check, preview, render};
pub use run::{Run, RunOutcome};
