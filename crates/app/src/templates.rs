//! Texts: Dunlin's own, and those the department changed.

use contract::{ApiError, Done, PlaceholderView, SaveTemplate, TemplateRef, TemplateView};
use domain::account::Mode;
use domain::outbox::Channel;
use domain::template::{Kind, Template, builtin, builtins};
use store::Store;

use crate::desk::Desk;
use crate::errors::stored;
use crate::parse;
use crate::views::word;

/// The store's key of a text: one kind has one text for each channel and mode.
fn store_key(key: &str, channel: Channel, mode: Mode) -> String {
    format!("{key}/{}/{}", word(&channel), word(&mode))
}

/// The text in use: the changed one, or Dunlin's own.
pub fn text(store: &Store, kind: Kind, channel: Channel, mode: Mode) -> Result<Template, ApiError> {
    let kept = store.template(&store_key(kind.key(), channel, mode), None).map_err(stored)?;
    // A reset keeps an empty version: the history of texts stays whole.
    match kept.filter(|kept| !kept.body.is_null()) {
        Some(kept) => serde_json::from_value(kept.body).map_err(|error| {
            ApiError::invalid(
                "template",
                format!("The text \"{}\" can't be read: {error}.", kind.title()),
                "Reset it under Templates.",
            )
        }),
        None => Ok(builtin(kind, channel, mode)),
    }
}

impl Desk {
    fn kind_of(key: &str) -> Result<Kind, ApiError> {
        Kind::of_key(key).ok_or_else(|| {
            ApiError::invalid("key", format!("There is no kind of text \"{key}\"."), "Choose one of those listed.")
        })
    }

    /// All texts of this installation's mode.
    pub(crate) fn template_views(&self) -> Result<Vec<TemplateView>, ApiError> {
        let store = self.store()?;
        let mode = self.settings_of(&store)?.mode;
        builtins()
            .into_iter()
            .filter(|own| own.mode == mode)
            .map(|own| {
                let kind = Self::kind_of(&own.key)?;
                let used = text(&store, kind, own.channel, mode)?;
                Ok(TemplateView {
                    changed: used.subject != own.subject || used.body != own.body,
                    key: used.key,
                    name: kind.title().to_owned(),
                    channel: word(&own.channel),
                    subject: used.subject,
                    body: used.body,
                    placeholders: kind
                        .placeholders()
                        .iter()
                        .map(|one| PlaceholderView {
                            name: one.name.to_owned(),
                            description: one.description.to_owned(),
                        })
                        .collect(),
                })
            })
            .collect()
    }

    /// A text as typed, checked.
    pub(crate) fn typed(&self, key: &str, channel: &str, subject: &str, body: &str) -> Result<Template, ApiError> {
        let store = self.store()?;
        let kind = Self::kind_of(key)?;
        let channel: Channel = parse::word("channel", channel)?;
        let mode = self.settings_of(&store)?.mode;
        let template = Template {
            subject: subject.trim().to_owned(),
            body: body.trim_end().to_owned(),
            ..builtin(kind, channel, mode)
        };
        template.check().map_err(|error| {
            ApiError::invalid("body", format!("{error}."), "Choose a placeholder from the list beside the text.")
        })?;
        if template.subject.is_empty() {
            return Err(ApiError::invalid(
                "subject",
                "The subject is empty.",
                "Write one line that says what it is about.",
            ));
        }
        Ok(template)
    }

    /// Keeps a changed text.
    pub(crate) fn keep_template(&self, input: &SaveTemplate) -> Result<Done, ApiError> {
        let template = self.typed(&input.key, &input.channel, &input.subject, &input.body)?;
        let store = self.store()?;
        let user = self.settings_of(&store)?.user;
        let body = serde_json::to_value(&template)
            .map_err(|error| ApiError::invalid("body", format!("The text can't be kept: {error}."), "Try again."))?;
        let key = store_key(&template.key, template.channel, template.mode);
        if Self::publishes_to_team(&store)? {
            self.template_to_team(&key, &body)?;
        } else {
            store.put_template(&key, &body, &user, self.now()).map_err(stored)?;
        }
        Ok(Done { message: format!("\"{}\" is saved.", template.name) })
    }

    /// Back to Dunlin's own text.
    pub(crate) fn forget_template(&self, input: &TemplateRef) -> Result<Done, ApiError> {
        let store = self.store()?;
        let settings = self.settings_of(&store)?;
        let kind = Self::kind_of(&input.key)?;
        let channel: Channel = parse::word("channel", &input.channel)?;
        let key = store_key(kind.key(), channel, settings.mode);
        if Self::publishes_to_team(&store)? {
            self.template_to_team(&key, &serde_json::Value::Null)?;
        } else {
            store.put_template(&key, &serde_json::Value::Null, &settings.user, self.now()).map_err(stored)?;
        }
        Ok(Done { message: format!("\"{}\" is Dunlin's own text again.", kind.title()) })
    }
}
