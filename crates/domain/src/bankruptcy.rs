//! The file of a bankruptcy case: what the court's notice (Official Form 309), a proof of claim
//! (Official Form 410) and a utility's own rights (11 USC 366) want to know, and what of it is not
//! known yet. The last day to file a claim is counted here as FRBP 3002(c) and 9006(a) do, unless
//! the court named one.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::compliance::rules::bankruptcy::{Assurance, Petition};
use crate::compliance::rules::claims::{Bar, BarDate, bk_6};

/// What is known of a case beside its chapter, number and petition date. Empty texts and absent days
/// are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CaseFile {
    /// The court.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub court: String,
    /// Its division or office.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub division: String,
    /// The debtor's names of the last eight years.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub debtor_names: String,
    /// Last four digits of the SSN, or the EIN.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_four: String,
    /// A joint debtor.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub joint_debtor: String,
    /// Others who are liable.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub co_debtors: String,
    /// The debtor's attorney, and how to reach them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub attorney: String,
    /// The trustee, and how to reach them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub trustee: String,
    /// How we learned of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub learned_by: String,
    /// When we learned of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learned: Option<NaiveDate>,
    /// Meeting of creditors (341).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<NaiveDate>,
    /// The last day to file a claim, as the court's notice names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_bar: Option<NaiveDate>,
    /// The last day to object to the discharge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objection: Option<NaiveDate>,
    /// Converted to the present chapter on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub converted: Option<NaiveDate>,
    /// Creditors filed the petition.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub involuntary: bool,
    /// The creditor is a governmental unit, such as a city's own water works (FRBP 3002(c)(1)).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub government: bool,
    /// There are assets to share; none when the notice was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assets: Option<bool>,
    /// The notice that there are assets after all was mailed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_notice: Option<NaiveDate>,
    /// Cases of the same debtor dismissed within the year before; none when not looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismissed_before: Option<u32>,
    /// Our claim was filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_filed: Option<NaiveDate>,
    /// Its number on the court's register.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub claim_number: String,
    /// The account was split at the petition date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<NaiveDate>,
    /// Adequate assurance of payment was asked for (366).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assurance_asked: Option<NaiveDate>,
    /// It was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assurance_received: Option<NaiveDate>,
    /// A deposit that we hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Decimal>,
    /// The court lifted the stay for us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stay_lifted: Option<NaiveDate>,
    /// The debtor was discharged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discharged: Option<NaiveDate>,
    /// The case was dismissed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<NaiveDate>,
    /// The case was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<NaiveDate>,
}

/// One thing a case's file should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileItem {
    /// Its name, as forms use it: `trustee`.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// What is known; none when it is missing.
    pub value: Option<String>,
    /// A file without it is not complete. The others come as the case goes on.
    pub needed: bool,
}

impl CaseFile {
    /// Nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Days that can't lie ahead, by the name of their field.
    #[must_use]
    pub fn past_days(&self) -> [(&'static str, Option<NaiveDate>); 11] {
        [
            ("learned", self.learned),
            ("converted", self.converted),
            ("asset_notice", self.asset_notice),
            ("claim_filed", self.claim_filed),
            ("split", self.split),
            ("assurance_asked", self.assurance_asked),
            ("assurance_received", self.assurance_received),
            ("stay_lifted", self.stay_lifted),
            ("discharged", self.discharged),
            ("dismissed", self.dismissed),
            ("closed", self.closed),
        ]
    }

    /// The last day to file a claim: the court's own day before any that is counted.
    #[must_use]
    pub fn bar(&self, chapter: &str, petition: NaiveDate) -> Bar {
        if let Some(day) = self.claim_bar {
            return Bar::On(day);
        }
        let from = self.converted.unwrap_or(petition);
        bk_6(match chapter.trim() {
            "7" => match (self.assets, self.asset_notice) {
                (_, Some(mailed)) => BarDate::AssetNotice(mailed),
                (Some(false), None) => BarDate::NoAssets,
                _ if self.government => BarDate::Government(from),
                _ if self.involuntary => BarDate::Involuntary(from),
                _ => BarDate::Voluntary(from),
            },
            "12" | "13" if self.government => BarDate::Government(from),
            "12" | "13" => BarDate::Voluntary(from),
            _ => BarDate::Court(None),
        })
    }

    /// The petition as the stay's rule looks at it.
    #[must_use]
    pub fn petition(&self, filed: NaiveDate, today: NaiveDate) -> Petition {
        let over = [self.stay_lifted, self.dismissed, self.closed, self.discharged];
        Petition {
            filed: Some(filed),
            dismissed_within_year: self.dismissed_before.unwrap_or(0),
            ended: over.into_iter().flatten().any(|day| day <= today),
        }
    }

    /// Assurance of payment that we have.
    #[must_use]
    pub fn assurance(&self, today: NaiveDate) -> Assurance {
        if self.assurance_received.is_some_and(|day| day <= today) { Assurance::Security } else { Assurance::None }
    }

    /// Everything the file should hold, in the order of a form.
    #[must_use]
    pub fn items(&self, chapter: &str, case_number: &str, petition: NaiveDate) -> Vec<FileItem> {
        let words = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let item = |name, label, value, needed| FileItem { name, label, value, needed };
        let bar = match self.bar(chapter, petition) {
            Bar::On(last) if self.claim_bar.is_some() => Some(last.to_string()),
            Bar::On(last) => Some(format!("{last}, counted by FRBP 3002(c) and 9006(a)")),
            Bar::DoNotFile => Some("no assets: no claim is filed".to_owned()),
            Bar::FromCourtOrder => None,
        };
        let assets = self.assets.map(|some| if some { "assets" } else { "no assets" }.to_owned());
        let before = self.dismissed_before.map(|count| count.to_string());
        vec![
            item("chapter", "Chapter", words(chapter), true),
            item("case_number", "Case number", words(case_number), true),
            item("court", "Court", words(&self.court), true),
            item("division", "Division", words(&self.division), false),
            item("petition", "Petition date", Some(petition.to_string()), true),
            item("converted", "Converted", day(self.converted), false),
            item("debtor_names", "Debtor's names, eight years", words(&self.debtor_names), true),
            item("last_four", "Last four of SSN, or EIN", words(&self.last_four), true),
            item("joint_debtor", "Joint debtor", words(&self.joint_debtor), false),
            item("co_debtors", "Co-debtors", words(&self.co_debtors), false),
            item("attorney", "Debtor's attorney", words(&self.attorney), true),
            item("trustee", "Trustee", words(&self.trustee), chapter.trim() != "11"),
            item("meeting", "Meeting of creditors (341)", day(self.meeting), true),
            item("claim_bar", "Last day to file a claim", bar, true),
            item("objection", "Last day to object to the discharge", day(self.objection), false),
            item("assets", "Assets", assets, chapter.trim() == "7"),
            item("learned", "We learned of it", day(self.learned), true),
            item("learned_by", "How we learned of it", words(&self.learned_by), true),
            item("dismissed_before", "Cases dismissed within the year before", before, true),
            item("split", "Account split at the petition", day(self.split), true),
            item("assurance_asked", "Assurance of payment asked (366)", day(self.assurance_asked), false),
            item("assurance_received", "Assurance of payment received (366)", day(self.assurance_received), false),
            item("deposit", "Deposit held", self.deposit.map(|sum| sum.to_string()), false),
            item("claim_filed", "Claim filed", day(self.claim_filed), false),
            item("claim_number", "Claim number", words(&self.claim_number), false),
            item("stay_lifted", "Stay lifted", day(self.stay_lifted), false),
            item("discharged", "Discharged", day(self.discharged), false),
            item("dismissed", "Dismissed", day(self.dismissed), false),
            item("closed", "Closed", day(self.closed), false),
        ]
    }

    /// The labels of what a complete file still lacks.
    #[must_use]
    pub fn missing(&self, chapter: &str, case_number: &str, petition: NaiveDate) -> Vec<&'static str> {
        let items = self.items(chapter, case_number, petition);
        items.into_iter().filter(|item| item.needed && item.value.is_none()).map(|item| item.label).collect()
    }

    /// Where the stay stands, in a sentence.
    #[must_use]
    pub fn stay(&self, today: NaiveDate) -> String {
        let by = |day: Option<NaiveDate>| day.filter(|day| *day <= today);
        if let Some(day) = by(self.discharged) {
            format!("Discharged on {day}: the debt is never collected again")
        } else if let Some(day) = by(self.dismissed) {
            format!("Dismissed on {day}: counsel confirms that the stay has ended")
        } else if let Some(day) = by(self.stay_lifted) {
            format!("The stay was lifted on {day}: counsel says what may be done")
        } else if let Some(day) = by(self.closed) {
            format!("Closed on {day}: counsel confirms that the stay has ended")
        } else {
            "The stay is in force: no collection on prepetition debt".to_owned()
        }
    }
}
