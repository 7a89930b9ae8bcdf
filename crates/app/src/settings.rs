//! This installation's settings: who works here, what stands on letters, where they go.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contract::{ApiError, Done, SettingsView};
use domain::account::Mode;
use domain::decide::{Actor, Role};
use domain::letter::{Envelope, Letterhead};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::desk::Desk;
use crate::errors::stored;

const KEY: &str = "settings";

/// Kept as one JSON value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Name that signs the log.
    pub user: String,
    /// What the person may approve.
    pub role: Role,
    /// What stands on letters.
    pub letterhead: Letterhead,
    /// In which envelope letters go.
    pub envelope: Envelope,
    /// USPS mailer id, 6 or 9 digits; empty: no barcode.
    pub mailer_id: String,
    /// USPS service type id, 3 digits.
    pub service_type: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Minutes without input after which the window locks; zero: never.
    pub lock_minutes: u32,
    /// ACH company id on the authorization form.
    pub ach_company_id: String,
    /// In whose name new imports are collected.
    pub mode: Mode,
    /// The sample portfolio fills this database.
    pub sample: bool,
}

/// The text under which a team's house settings travel.
const HOUSE: &str = "house";

/// Settings that are one house's, not one laptop's.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct House {
    letterhead: Letterhead,
    mailer_id: String,
    service_type: String,
    ach_company_id: String,
    mode: Mode,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user: String::new(),
            role: Role::Specialist,
            letterhead: Letterhead::default(),
            envelope: Envelope::default(),
            mailer_id: String::new(),
            service_type: "300".to_owned(),
            theme: "system".to_owned(),
            lock_minutes: 15,
            ach_company_id: String::new(),
            mode: Mode::FirstParty,
            sample: false,
        }
    }
}

impl Settings {
    /// As kept, or the defaults; in a team with the house's own, which its supervisor published.
    pub fn load(store: &Store) -> Result<Self, StoreError> {
        let mut settings: Self = store.setting(KEY)?.unwrap_or_default();
        let house = store.template(HOUSE, None)?.and_then(|kept| serde_json::from_value::<House>(kept.body).ok());
        if let Some(house) = house {
            settings.letterhead = house.letterhead;
            settings.mailer_id = house.mailer_id;
            settings.service_type = house.service_type;
            settings.ach_company_id = house.ach_company_id;
            settings.mode = house.mode;
        }
        Ok(settings)
    }

    /// What the whole house shares.
    fn house(&self) -> House {
        House {
            letterhead: self.letterhead.clone(),
            mailer_id: self.mailer_id.clone(),
            service_type: self.service_type.clone(),
            ach_company_id: self.ach_company_id.clone(),
            mode: self.mode,
        }
    }

    /// Keeps them.
    pub fn save(&self, store: &Store) -> Result<(), StoreError> {
        store.put_setting(KEY, self)
    }

    /// The person at the keyboard.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.role {
            Role::Supervisor => Actor::supervisor(self.user.clone()),
            Role::Specialist => Actor::specialist(self.user.clone()),
        }
    }

    /// What letters need before one can be written.
    pub fn ready_for_letters(&self) -> Result<(), ApiError> {
        if self.letterhead.name.trim().is_empty() || self.letterhead.return_address.is_empty() {
            return Err(ApiError::invalid(
                "company",
                "The letterhead has no company name or return address yet.",
                "Fill them in under Settings, Letterhead.",
            ));
        }
        Ok(())
    }
}

/// The envelope's word for the window.
fn envelope_word(envelope: &Envelope) -> &'static str {
    match envelope {
        Envelope::SingleWindow => "single",
        Envelope::DoubleWindow => "double",
        Envelope::Custom { .. } => "custom",
    }
}

impl Desk {
    /// Settings for the window.
    pub(crate) fn settings_view(&self) -> Result<SettingsView, ApiError> {
        let settings = self.settings_of(&*self.store()?)?;
        let head = settings.letterhead;
        Ok(SettingsView {
            user: settings.user,
            role: match settings.role {
                Role::Specialist => "specialist",
                Role::Supervisor => "supervisor",
            }
            .to_owned(),
            company: head.name,
            return_address: head.return_address,
            remit_to: head.remit_to,
            phone: head.phone,
            email: head.email,
            website: head.website,
            hours: head.hours,
            logo: head.logo_png.map(|png| STANDARD.encode(png)),
            envelope: envelope_word(&settings.envelope).to_owned(),
            mailer_id: settings.mailer_id,
            service_type: settings.service_type,
            theme: settings.theme,
            lock_minutes: settings.lock_minutes,
            ach_company_id: settings.ach_company_id,
            mode: match settings.mode {
                Mode::FirstParty => "first_party",
                Mode::ThirdParty => "third_party",
            }
            .to_owned(),
        })
    }

    /// Changes settings; checks each before any is kept.
    pub(crate) fn change_settings(&self, view: SettingsView) -> Result<Done, ApiError> {
        let store = self.store()?;
        let mut settings = self.settings_of(&store)?;
        check(&view)?;
        let before = settings.house();
        let lines = |lines: Vec<String>| -> Vec<String> {
            lines.into_iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
        };
        settings.envelope = match view.envelope.as_str() {
            "double" => Envelope::DoubleWindow,
            // A custom envelope keeps its measures.
            "custom" => settings.envelope,
            _ => Envelope::SingleWindow,
        };
        // In a team the server says who somebody is and what they may do.
        if crate::team::Membership::load(&store)?.is_none() {
            view.user.trim().clone_into(&mut settings.user);
            settings.role = if view.role == "supervisor" { Role::Supervisor } else { Role::Specialist };
        }
        settings.letterhead = Letterhead {
            name: view.company.trim().to_owned(),
            return_address: lines(view.return_address),
            remit_to: lines(view.remit_to),
            phone: view.phone.trim().to_owned(),
            email: view.email.trim().to_owned(),
            website: view.website.trim().to_owned(),
            hours: view.hours.trim().to_owned(),
            footer: settings.letterhead.footer,
            logo_png: logo(view.logo)?,
        };
        settings.mailer_id = view.mailer_id.trim().to_owned();
        settings.service_type = view.service_type.trim().to_owned();
        settings.theme = view.theme;
        settings.lock_minutes = view.lock_minutes;
        settings.ach_company_id = view.ach_company_id.trim().to_owned();
        settings.mode = if view.mode == "third_party" { Mode::ThirdParty } else { Mode::FirstParty };
        let house = settings.house();
        if house != before && crate::team::Membership::load(&store)?.is_some() && Self::publishes_to_team(&store)? {
            let body = serde_json::to_value(&house).map_err(|error| {
                ApiError::invalid("company", format!("The letterhead can't be sent: {error}."), "Try again.")
            })?;
            self.template_to_team(HOUSE, &body)?;
        }
        settings.save(&store).map_err(stored)?;
        Ok(Done { message: "The settings are saved.".to_owned() })
    }
}

fn logo(encoded: Option<String>) -> Result<Option<Vec<u8>>, ApiError> {
    let Some(text) = encoded.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let not_a_png = || {
        ApiError::invalid(
            "logo",
            "The logo is not a PNG picture of at most 1 MB.",
            "Choose a PNG file; most drawing programs can export one.",
        )
    };
    let bytes = STANDARD.decode(text.trim()).map_err(|_| not_a_png())?;
    if bytes.len() > 1_000_000 || !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Err(not_a_png());
    }
    Ok(Some(bytes))
}

fn check(view: &SettingsView) -> Result<(), ApiError> {
    if view.user.trim().is_empty() {
        return Err(ApiError::invalid("user", "The log can't be signed without a name.", "Write your name."));
    }
    let digits =
        |text: &str, lengths: &[usize]| text.bytes().all(|byte| byte.is_ascii_digit()) && lengths.contains(&text.len());
    let mailer = view.mailer_id.trim();
    if !mailer.is_empty() && !digits(mailer, &[6, 9]) {
        return Err(ApiError::invalid(
            "mailer_id",
            format!("\"{mailer}\" is not a mailer id."),
            "USPS gives one of 6 or 9 digits; leave it empty to print no barcode.",
        ));
    }
    if !digits(view.service_type.trim(), &[3]) {
        return Err(ApiError::invalid(
            "service_type",
            "The service type id has three digits.",
            "300 is First-Class Mail without tracing of forwarding.",
        ));
    }
    if view.return_address.iter().filter(|line| !line.trim().is_empty()).count() > 4 {
        return Err(ApiError::invalid(
            "return_address",
            "The return address has more than four lines.",
            "Shorten it so that it fits the envelope's window.",
        ));
    }
    let choices: [(&str, &str, &[&str]); 4] = [
        ("envelope", &view.envelope, &["single", "double", "custom"]),
        ("role", &view.role, &["specialist", "supervisor"]),
        ("mode", &view.mode, &["first_party", "third_party"]),
        ("theme", &view.theme, &["system", "light", "dark"]),
    ];
    match choices.iter().find(|(_, chosen, known)| !known.contains(chosen)) {
        Some((field, chosen, known)) => Err(ApiError::invalid(
            field,
            format!("\"{chosen}\" is not a choice here."),
            format!("Choose one of: {}.", known.join(", ")),
        )),
        None => Ok(()),
    }
}
