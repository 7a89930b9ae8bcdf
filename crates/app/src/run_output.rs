//! A run's file: looked at, saved, printed, printed again; and letters that came back.

use std::collections::HashSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use contract::{
    ApiError, DocumentRef, Done, ErrorCode, PageImage, PreviewRequest, PreviewTemplate, PreviewView, PrintRun,
    ReprintRequest, ReturnedMail, RunPage, SaveRun,
};
use domain::compliance::{Cleared, clear, local_date};
use domain::decide::Command;
use domain::facts::Facts;
use domain::ids::{AccountId, IdSource as _, OutboxId, RunId};
use domain::letter::Letter;
use domain::outbox::{Channel, Intent, State};
use domain::policy::Policy;
use letters::Style;
use store::{OutboxRow, Store, StoreError};

use crate::desk::Desk;
use crate::errors::{file, not_found, refused, stored};
use crate::joint::{self, Part};
use crate::mail_account;
use crate::pages;
use crate::parse;
use crate::print;
use crate::runs::Proposed;
use crate::settings::Settings;
use crate::templates;
use crate::writing::{self, Desktop};

/// The latest: a confirmation that was cut short may have left an earlier one.
fn run_file(store: &Store, run: RunId, media_type: &str) -> Result<Vec<u8>, ApiError> {
    let documents = store.documents_of_run(run).map_err(stored)?;
    let one =
        documents.iter().rev().find(|one| one.media_type == media_type).ok_or_else(|| not_found("This run's file"))?;
    store.document_bytes(one.id).map_err(stored)
}

impl Desk {
    /// A page of a run's file as a picture.
    pub(crate) fn page_of_run(&self, input: &RunPage) -> Result<PageImage, ApiError> {
        let pdf = run_file(&*self.store()?, parse::id(&input.run)?, "application/pdf")?;
        let (png, pages) = pages::page(pdf, input.page)?;
        Ok(PageImage { png: STANDARD.encode(png), pages })
    }

    /// Writes a run's PDF or manifest to a file that the person chose.
    pub(crate) fn save_run_file(&self, input: &SaveRun) -> Result<Done, ApiError> {
        let media_type = if input.what == "manifest" { "text/csv" } else { "application/pdf" };
        let bytes = run_file(&*self.store()?, parse::id(&input.run)?, media_type)?;
        let path = Path::new(input.path.trim());
        std::fs::write(path, bytes).map_err(|error| file(path, "written", &error))?;
        Ok(Done { message: format!("Saved as {}.", path.display()) })
    }

    /// Sends a run's PDF to a printer.
    pub(crate) fn print_run_pages(&self, input: &PrintRun) -> Result<Done, ApiError> {
        let pdf = run_file(&*self.store()?, parse::id(&input.run)?, "application/pdf")?;
        let said = print::print(&pdf, input.printer.as_deref(), "Letters")?;
        Ok(Done { message: format!("Sent to the printer: {said}") })
    }

    /// Letters again, marked as reprints, through the gate on fresh facts.
    pub(crate) fn reprint_letters(&self, input: &ReprintRequest) -> Result<Done, ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let now = self.now();
        let desktop = Desktop::new(&store, &settings, now, None);
        let mut again: Vec<Cleared<Letter>> = Vec::new();
        let mut done: HashSet<OutboxId> = HashSet::new();
        let mut without: Vec<String> = Vec::new();
        for id in &input.members {
            let id = parse::id::<OutboxId>(id)?;
            if done.contains(&id) {
                continue;
            }
            let (parts, serial, printed) = self.printed(&store, id)?;
            done.extend(parts.iter().map(|part| part.intent.id));
            let (made, fallen) = joint::make(&desktop, parts, serial, Some(printed));
            match made {
                Some(made) => {
                    again.push(made.letter);
                    let told = |(part, error): &(Part, ApiError)| {
                        format!("{}: {}", part.facts.account.reference, error.message)
                    };
                    without.extend(fallen.iter().map(told));
                }
                None => {
                    return Err(fallen.into_iter().next().map_or_else(|| not_found("This letter"), |(_, error)| error));
                }
            }
        }
        let failed = |error: letters::LetterError| {
            ApiError::new(
                ErrorCode::Failed,
                format!("The letters can't be made: {error}."),
                "Correct what is named, then try again.",
            )
        };
        let run = letters::Run::new(&again, Style::default()).map_err(failed)?;
        let mut pdf = Vec::new();
        run.write(&mut pdf, &|_| std::ops::ControlFlow::Continue(())).map_err(failed)?;
        let path = Path::new(input.path.trim());
        std::fs::write(path, pdf).map_err(|error| file(path, "written", &error))?;
        let what = if again.len() == 1 {
            "1 letter, marked as a reprint,".to_owned()
        } else {
            format!("{} letters, marked as reprints,", again.len())
        };
        let mut message = format!("{what} saved as {}.", path.display());
        if !without.is_empty() {
            message = format!("{message} Without {}", without.join("; "));
        }
        Ok(Done { message })
    }

    /// The accounts of an intent's printed letter, its barcode's number and the day it was printed.
    fn printed(&self, store: &Store, id: OutboxId) -> Result<(Vec<Part>, Option<i64>, NaiveDate), ApiError> {
        let printed = |state: &State| match state {
            State::Printed { at } | State::Sent { at } => Some(at.date_naive()),
            _ => None,
        };
        let row = store.outbox_row(id).map_err(stored)?;
        let day = printed(&row.state).ok_or_else(|| {
            ApiError::new(
                ErrorCode::Refused,
                format!("This letter is {}: there is nothing to print again.", row.state.word()),
                "Only printed letters are reprinted.",
            )
        })?;
        let members = joint::members_of_letter(store, id)?;
        let serial = members.iter().find_map(|(member, _)| member.serial);
        let mut rows = Vec::new();
        for (member, _) in members {
            if let Some(outbox) = member.outbox {
                rows.push(store.outbox_row(outbox).map_err(stored)?);
            }
        }
        if rows.is_empty() {
            rows.push(row);
        }
        let now = self.now();
        let mut parts = Vec::new();
        // An account whose part was taken back is not printed again.
        for row in rows.into_iter().filter(|row| printed(&row.state).is_some()) {
            let facts = store.facts(row.intent.account, now).map_err(stored)?;
            let policy = self.policy_on(store, local_date(&facts.customer, now))?;
            parts.push(Part { facts, policy, intent: row.intent, steps: Vec::new() });
        }
        Ok((parts, serial, day))
    }

    /// A letter came back: found by its barcode or account number.
    pub(crate) fn take_back_mail(&self, input: &ReturnedMail) -> Result<Done, ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let code = input.code.trim();
        let (account, outbox) = find_letter(&store, &settings, code)?.ok_or_else(|| {
            ApiError::new(
                ErrorCode::NotFound,
                format!("No letter of ours has the code \"{code}\"."),
                "Scan it again, or type the account number printed on the letter.",
            )
        })?;
        let (plan, ..) =
            self.decide_and_commit(account, &Command::ReturnMail { outbox, note: input.reason.clone() })?;
        let customer = store.facts(account, self.now()).map_err(stored)?.customer.name;
        let what = plan.history.first().map_or("recorded", |entry| entry.summary.as_str());
        Ok(Done { message: format!("{customer}: {what}.") })
    }

    /// How a letter or email about an account would look, and why it could not leave now.
    pub(crate) fn preview_item(&self, input: &PreviewRequest) -> Result<PreviewView, ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let now = self.now();
        let facts = store.facts(parse::id(&input.account)?, now).map_err(stored)?;
        let policy = self.policy_on(&store, local_date(&facts.customer, now))?;
        let channel: Channel = parse::word("channel", &input.channel)?;
        let arrangement = input.arrangement.as_deref().map(parse::id).transpose()?;
        let intent = self.trial(&facts, &settings, channel, &input.template, arrangement);
        let from = mail_account::account(&store)?.and_then(|account| account.from().ok());
        let desktop = Desktop::new(&store, &settings, now, from);
        show(&desktop, &facts, &policy, &intent)
    }

    fn trial(
        &self,
        facts: &Facts,
        settings: &Settings,
        channel: Channel,
        template: &str,
        arrangement: Option<domain::ids::ArrangementId>,
    ) -> Intent {
        let to = facts
            .customer
            .points
            .iter()
            .find(|point| point.kind == domain::account::PointKind::Email && !point.bad && !point.opted_out);
        Intent {
            id: OutboxId(self.ids().fresh()),
            account: facts.account.id,
            channel,
            template: template.to_owned(),
            run: None,
            arrangement,
            steps: Vec::new(),
            to: to.map(|point| point.value.clone()),
            decided: self.now(),
            actor: settings.user.clone(),
        }
    }

    /// A text as typed, on an account of the portfolio that it fits, or on a made-up one.
    pub(crate) fn preview_text(&self, input: &PreviewTemplate) -> Result<PreviewView, ApiError> {
        let text = self.typed(&input.key, &input.channel, &input.subject, &input.body)?;
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let (facts, intent) = pages::specimen(self.now(), &settings, &text)?;
        let head = if settings.ready_for_letters().is_ok() {
            settings.letterhead.clone()
        } else {
            pages::specimen_letterhead()
        };
        pages::specimen_view(&facts, &intent, &text, &settings, head, self.now())
    }

    /// A letter as it was printed; what has not left yet, as it would leave now.
    pub(crate) fn show_document(&self, input: &DocumentRef) -> Result<PreviewView, ApiError> {
        let store = self.store()?;
        let row = store.outbox_row(parse::id::<OutboxId>(&input.id)?).map_err(stored)?;
        if waits(&row.state) {
            let settings = self.settings_of(&store)?;
            let now = self.now();
            let facts = store.facts(row.intent.account, now).map_err(stored)?;
            let policy = self.policy_on(&store, local_date(&facts.customer, now))?;
            let from = mail_account::account(&store)?.and_then(|account| account.from().ok());
            return show(&Desktop::new(&store, &settings, now, from), &facts, &policy, &row.intent);
        }
        if row.intent.channel == Channel::Email {
            let facts = store.facts(row.intent.account, self.now()).map_err(stored)?;
            let kind = domain::template::Kind::of_key(&row.intent.template).ok_or_else(|| not_found("This text"))?;
            let text = templates::text(&store, kind, row.intent.channel, facts.account.mode)?;
            return Err(ApiError::new(
                ErrorCode::NotFound,
                format!(
                    "\"{}\" was sent as an email; Dunlin keeps what was sent in the history, not a copy of the message.",
                    text.name
                ),
                "Look into the mailbox's Sent folder for the message itself.",
            ));
        }
        let (pdf, first, pages) = match printed_here(&store, &row)? {
            Some(here) => here,
            None => (self.letter_copy(&store, &row)?, 1, u32::MAX),
        };
        let shown = pages::range(pdf, first, pages)?;
        Ok(PreviewView {
            pages: shown.iter().map(|png| STANDARD.encode(png)).collect(),
            subject: String::new(),
            plain: String::new(),
            html: String::new(),
            refusal: None,
        })
    }
}

/// A letter in its run's file, with its first page and how many it has; none where the run was
/// another device's, or its file is gone.
fn printed_here(store: &Store, row: &OutboxRow) -> Result<Option<(Vec<u8>, u32, u32)>, ApiError> {
    let Some(run) = row.intent.run else {
        return Ok(None);
    };
    let members = match store.run(run) {
        Ok((_, members)) => members,
        Err(StoreError::NoSuchRow { .. }) => return Ok(None),
        Err(error) => return Err(stored(error)),
    };
    let Some(member) = members.iter().find(|member| member.outbox == Some(row.intent.id)) else {
        return Ok(None);
    };
    let proposed = Proposed::of(member)?;
    let documents = store.documents_of_run(run).map_err(stored)?;
    if !documents.iter().any(|one| one.media_type == "application/pdf") {
        return Ok(None);
    }
    let pdf = run_file(store, run, "application/pdf")?;
    Ok(Some((pdf, proposed.page.unwrap_or(1), proposed.pages.max(1))))
}

/// Not printed and not sent: its text is made anew when it leaves.
pub(crate) const fn waits(state: &State) -> bool {
    matches!(state, State::Queued | State::Waiting { .. } | State::Stopped { .. })
}

fn show(desktop: &Desktop<'_>, facts: &Facts, policy: &Policy, intent: &Intent) -> Result<PreviewView, ApiError> {
    let mut view = PreviewView {
        pages: Vec::new(),
        subject: String::new(),
        plain: String::new(),
        html: String::new(),
        refusal: None,
    };
    match intent.channel {
        Channel::Letter => match writing::letter(desktop, facts, policy, intent, None, None) {
            Ok(letter) => {
                let pdf = letters::preview(&letter, Style::default()).map_err(|error| {
                    ApiError::new(
                        ErrorCode::Failed,
                        format!("The letter can't be shown: {error}."),
                        "Correct what is named.",
                    )
                })?;
                view.pages = pages::range(pdf, 1, u32::MAX)?.iter().map(|png| STANDARD.encode(png)).collect();
                view.refusal = clear(letter, facts, policy, desktop.now).err().map(refused);
            }
            Err(error) => view.refusal = Some(error),
        },
        Channel::Email => match writing::email(desktop, facts, policy, intent) {
            Ok(email) => {
                let shown = mail::preview(&email);
                view.subject.clone_from(&email.subject);
                view.plain = shown.plain;
                view.html = shown.html;
                view.refusal = clear(email, facts, policy, desktop.now).err().map(refused);
            }
            Err(error) => view.refusal = Some(error),
        },
    }
    Ok(view)
}

/// By the scanned digits (the first twenty are the tracking code), the 65 letters, or the account
/// number, whose latest letter it then is.
fn find_letter(store: &Store, settings: &Settings, code: &str) -> Result<Option<(AccountId, OutboxId)>, ApiError> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let width = 15_usize.saturating_sub(settings.mailer_id.len());
    let of_serial = |serial: i64| -> Result<Option<(AccountId, OutboxId)>, ApiError> {
        let found = store.by_serial(serial).map_err(stored)?;
        Ok(found.and_then(|(_, member)| member.outbox.map(|outbox| (member.account, outbox))))
    };
    if digits.len() == code.len() && [20, 25, 29, 31].contains(&digits.len()) {
        return match digits[20 - width..20].parse() {
            Ok(serial) => of_serial(serial),
            Err(_) => Ok(None),
        };
    }
    if code.len() == 65 && code.bytes().all(|letter| b"TADF".contains(&letter.to_ascii_uppercase())) {
        let wanted = code.to_ascii_uppercase();
        for serial in (1..=store.last_serial().map_err(stored)?).rev() {
            let Some((_, member)) = store.by_serial(serial).map_err(stored)? else {
                continue;
            };
            let zip = Proposed::of(&member)?.zip;
            let bars = writing::imb(settings, serial, &zip)
                .and_then(|imb| letters::imb::encode(&imb.tracking, &imb.routing).ok());
            if bars.is_some_and(|bars| bars.to_string() == wanted) {
                return of_serial(serial);
            }
        }
        return Ok(None);
    }
    let found = store.search(code, 10).map_err(stored)?;
    let Some(account) = found.accounts.into_iter().find(|one| one.reference.eq_ignore_ascii_case(code)) else {
        return Ok(None);
    };
    let mut letters = store.outbox(store::OutboxFilter::Account(account.account)).map_err(stored)?;
    letters.retain(|row| {
        row.intent.channel == Channel::Letter && matches!(row.state, State::Sent { .. } | State::Printed { .. })
    });
    Ok(letters.last().map(|row| (account.account, row.intent.id)))
}
