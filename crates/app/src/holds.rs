//! Holds between the window and the domain: their forms read, their own fields given back to a form,
//! and what is shown of them, with the file of a bankruptcy case.

use chrono::NaiveDate;
use contract::{ApiError, CaseItem, CaseView, Field, HoldView};
use domain::bankruptcy::CaseFile;
use domain::calendar::time_words;
use domain::contact::Medium;
use domain::facts::Facts;
use domain::hold::{Hold, HoldKind};
use rust_decimal::Decimal;

use crate::account_view::number_of;
use crate::parse::{amount, day, id, optional, word};
use crate::views;

fn field<'a>(fields: &'a [Field], name: &str) -> &'a str {
    fields.iter().find(|field| field.name == name).map_or("", |field| field.value.trim())
}

fn given<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    Some(field(fields, name)).filter(|text| !text.is_empty())
}

fn on(fields: &[Field], name: &'static str) -> Result<Option<NaiveDate>, ApiError> {
    optional(given(fields, name), |text| day(name, text))
}

/// Yes, no, or not known.
fn answer(fields: &[Field], name: &'static str) -> Result<Option<bool>, ApiError> {
    match field(fields, name) {
        "" => Ok(None),
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        other => {
            Err(ApiError::invalid(name, format!("\"{other}\" is not an answer."), "Choose yes, no, or leave it open."))
        }
    }
}

fn case_file(fields: &[Field]) -> Result<CaseFile, ApiError> {
    let text = |name: &str| field(fields, name).to_owned();
    let number = |text: &str| {
        text.parse::<u32>().map_err(|_| {
            ApiError::invalid("dismissed_before", format!("\"{text}\" is not a number."), "Write how many, such as 0.")
        })
    };
    let deposit: Option<Decimal> = optional(given(fields, "deposit"), |text| amount("deposit", text))?;
    Ok(CaseFile {
        court: text("court"),
        division: text("division"),
        debtor_names: text("debtor_names"),
        last_four: text("last_four"),
        joint_debtor: text("joint_debtor"),
        co_debtors: text("co_debtors"),
        attorney: text("attorney"),
        trustee: text("trustee"),
        learned_by: text("learned_by"),
        learned: on(fields, "learned")?,
        meeting: on(fields, "meeting")?,
        claim_bar: on(fields, "claim_bar")?,
        objection: on(fields, "objection")?,
        converted: on(fields, "converted")?,
        involuntary: answer(fields, "involuntary")?.unwrap_or(false),
        government: answer(fields, "government")?.unwrap_or(false),
        assets: answer(fields, "assets")?,
        asset_notice: on(fields, "asset_notice")?,
        dismissed_before: optional(given(fields, "dismissed_before"), number)?,
        claim_filed: on(fields, "claim_filed")?,
        claim_number: text("claim_number"),
        split: on(fields, "split")?,
        assurance_asked: on(fields, "assurance_asked")?,
        assurance_received: on(fields, "assurance_received")?,
        deposit,
        stay_lifted: on(fields, "stay_lifted")?,
        discharged: on(fields, "discharged")?,
        dismissed: on(fields, "dismissed")?,
        closed: on(fields, "closed")?,
    })
}

/// A hold's kind with its own fields, as a form holds them.
pub fn kind(kind: &str, fields: &[Field]) -> Result<HoldKind, ApiError> {
    let wanted = |name: &'static str, what: &str| {
        given(fields, name)
            .map(str::to_owned)
            .ok_or_else(|| ApiError::invalid(name, format!("The {what} is missing."), format!("Give the {what}.")))
    };
    let wanted_day = |name: &'static str, what: &str| day(name, &wanted(name, what)?);
    Ok(match kind {
        "cease" => HoldKind::Cease,
        "refused_medium" => HoldKind::RefusedMedium { medium: word::<Medium>("medium", field(fields, "medium"))? },
        "attorney" => {
            HoldKind::Attorney { contact: field(fields, "contact").to_owned(), letter_sent: on(fields, "letter_sent")? }
        }
        "bankruptcy" => HoldKind::Bankruptcy {
            chapter: wanted("chapter", "chapter")?,
            case_number: wanted("case_number", "case number")?,
            petition: wanted_day("petition", "petition date")?,
            file: Box::new(case_file(fields)?),
        },
        "deceased" => HoldKind::Deceased,
        "identity_theft" => HoldKind::IdentityTheft,
        "inconvenient_time" => HoldKind::InconvenientTime {
            days: wanted("days", "days of the week")?.split(',').map(|day| day.trim().to_owned()).collect(),
            from: wanted("from", "first hour")?,
            to: wanted("to", "last hour")?,
        },
        "invoice" => HoldKind::Invoice { invoice: id(&wanted("invoice", "invoice")?)? },
        "creditor_request" => HoldKind::CreditorRequest {
            received: wanted_day("received", "day it was received")?,
            written: answer(fields, "written")?.unwrap_or(false),
            answered: on(fields, "answered")?,
        },
        "medical" => HoldKind::Medical {
            certified: wanted_day("certified", "certificate's day")?,
            unable_to_pay: answer(fields, "unable_to_pay")?,
            agreed_plan: answer(fields, "agreed_plan")?,
        },
        "manual" => HoldKind::Manual,
        other => {
            return Err(ApiError::invalid(
                "kind",
                format!("\"{other}\" is not a kind of hold."),
                "Choose one of those offered.",
            ));
        }
    })
}

/// The word of a hold's kind.
pub fn word_of(hold: &HoldKind) -> String {
    serde_json::to_value(hold).ok().and_then(|value| value.get("kind")?.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A hold's own fields by name, so that [`kind`] gives the hold back.
pub fn fields(hold: &HoldKind) -> Vec<Field> {
    let Ok(serde_json::Value::Object(map)) = serde_json::to_value(hold) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in map {
        match value {
            serde_json::Value::Object(inner) => {
                found.extend(inner.into_iter().filter_map(|(name, value)| Some(Field { name, value: plain(&value)? })));
            }
            value if name != "kind" => found.extend(plain(&value).map(|value| Field { name, value })),
            _ => {}
        }
    }
    found
}

fn plain(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Bool(yes) => Some(yes.to_string()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Array(list) => {
            Some(list.iter().filter_map(|one| one.as_str()).collect::<Vec<_>>().join(","))
        }
        _ => None,
    }
}

/// A time as forms give it, as people read it.
fn clock(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), time_words)
}

/// A hold as the window shows it.
pub fn view(hold: &Hold, facts: &Facts, today: NaiveDate) -> HoldView {
    let label = match &hold.kind {
        HoldKind::Cease => "Cease: written refusal".to_owned(),
        HoldKind::RefusedMedium { medium } => format!("No contact by {}", views::word(medium)),
        HoldKind::Attorney { contact, letter_sent: None } => format!("Attorney: {contact}"),
        HoldKind::Attorney { contact, letter_sent: Some(sent) } => format!("Attorney: {contact}, written to on {sent}"),
        HoldKind::Bankruptcy { chapter, case_number, .. } => format!("Bankruptcy, chapter {chapter}, {case_number}"),
        HoldKind::Deceased => "Deceased".to_owned(),
        HoldKind::IdentityTheft => "Identity theft reported".to_owned(),
        HoldKind::InconvenientTime { from, to, .. } => format!("Not {} to {}", clock(from), clock(to)),
        HoldKind::Invoice { invoice } => format!("Invoice {} is held", number_of(facts, *invoice)),
        HoldKind::CreditorRequest { received, answered: None, .. } => {
            format!("Original creditor asked for on {received}")
        }
        HoldKind::CreditorRequest { answered: Some(sent), .. } => format!("Original creditor named on {sent}"),
        HoldKind::Medical { certified, .. } => format!("Medical certificate of {certified}"),
        HoldKind::Manual => "Paused".to_owned(),
    };
    HoldView {
        id: hold.id.to_string(),
        kind: word_of(&hold.kind),
        label,
        note: hold.note.clone(),
        since: hold.placed.date_naive().to_string(),
        until: hold.until.map(|day| day.to_string()),
        grows: hold.kind.may_grow(),
        fields: fields(&hold.kind),
        case: case(&hold.kind, today),
    }
}

fn case(kind: &HoldKind, today: NaiveDate) -> Option<CaseView> {
    let HoldKind::Bankruptcy { chapter, case_number, petition, file } = kind else {
        return None;
    };
    let items = file.items(chapter, case_number, *petition).into_iter().map(|item| CaseItem {
        name: item.name.to_owned(),
        label: item.label.to_owned(),
        value: item.value,
        needed: item.needed,
    });
    Some(CaseView {
        stay: file.stay(today),
        items: items.collect(),
        missing: file.missing(chapter, case_number, *petition).into_iter().map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_is_given_back_is_the_hold_it_came_from() {
        let all = CaseFile {
            court: "D. Idaho".to_owned(),
            trustee: "T. Sample".to_owned(),
            learned: NaiveDate::from_ymd_opt(2026, 3, 2),
            discharged: NaiveDate::from_ymd_opt(2026, 3, 9),
            assets: Some(false),
            involuntary: true,
            dismissed_before: Some(1),
            deposit: Some(Decimal::new(12_550, 2)),
            ..CaseFile::default()
        };
        let petition = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        let kinds = [
            HoldKind::Bankruptcy {
                chapter: "7".to_owned(),
                case_number: "26-1".to_owned(),
                petition,
                file: Box::new(all),
            },
            HoldKind::Medical { certified: petition, unable_to_pay: Some(true), agreed_plan: None },
            HoldKind::CreditorRequest { received: petition, written: true, answered: Some(petition) },
            HoldKind::InconvenientTime {
                days: vec!["Mon".to_owned(), "Tue".to_owned()],
                from: "08:00".to_owned(),
                to: "10:00".to_owned(),
            },
        ];
        for hold in kinds {
            assert_eq!(kind(&word_of(&hold), &fields(&hold)).expect("reads"), hold);
        }
    }
}
