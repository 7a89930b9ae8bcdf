//! The sample portfolio for a first look: made up, never sent from, and put away for the person's own data.

use contract::{ApiError, ErrorCode, ImportReport, LoadSample, SessionView};
use domain::letter::Letterhead;

use crate::desk::{Access, Desk};
use crate::errors::{file, stored};
use crate::import::{adopt, imported};
use crate::settings::Settings;
use crate::vault::{self, KeySource};

/// The sample is the same for everybody.
const SAMPLE_SEED: u64 = 20_261_122;

impl Desk {
    /// Fills an empty database with the sample portfolio; nothing is ever sent from it.
    pub(crate) fn fill_with_sample(&self, input: &LoadSample) -> Result<ImportReport, ApiError> {
        let store = self.store()?;
        if store.account_count().map_err(stored)? > 0 {
            return Err(ApiError::new(
                ErrorCode::Refused,
                "The sample portfolio goes only into an empty database.",
                "Your own data is here already.",
            ));
        }
        Self::alone(&store, "The sample portfolio")?;
        let mut job = self.job(&input.job);
        let _ = job.step("Making up accounts", 0, 0);
        let before = self.settings_of(&store)?;
        let mut settings = before.clone();
        settings.sample = true;
        if settings.letterhead.name.is_empty() {
            settings.letterhead = Letterhead {
                name: "Shorebird Telecom".to_owned(),
                website: "example.com/pay".to_owned(),
                ..crate::pages::specimen_letterhead()
            };
        }
        // Marked before it is there: a crash in between must not leave made-up addresses that can be written to.
        settings.save(&store).map_err(stored)?;
        let mut batch = intake::sample::portfolio(SAMPLE_SEED, input.accounts.clamp(1, 100_000), self.today());
        adopt(&mut batch, &settings);
        let filled = self.store_batch(&store, &settings, &batch, "sample portfolio", "", &mut |label, done, total| {
            job.step(label, done, total)
        });
        let counts = match filled {
            Ok(counts) => counts,
            Err(error) => {
                before.save(&store).map_err(stored)?;
                return Err(error);
            }
        };
        let _ = job.step("Planning My day", 0, 0);
        self.plan_all(&store)?;
        self.changed("import");
        Ok(imported(&batch, &counts, self.today()))
    }

    /// Removes the sample with everything done on it: the window is back at the first start.
    pub(crate) fn put_sample_away(&self) -> Result<SessionView, ApiError> {
        let store = self.store()?;
        if !self.settings_of(&store)?.sample {
            return Err(ApiError::new(
                ErrorCode::Refused,
                "This is not the sample portfolio; nothing was removed.",
                "Your own data stays.",
            ));
        }
        self.forget_simulation();
        self.set(Access::Closed);
        self.link.opened();
        drop(store);
        let database = self.database();
        let sources = vault::read_sources(&database)?;
        if let Err(error) = store::remove(&database) {
            self.start();
            return Err(file(&database, "removed", &error));
        }
        // The key last: until then a file that could not be removed can still be opened.
        let source = vault::source_path(&database);
        if let Err(error) = std::fs::remove_file(&source) {
            return Err(file(&source, "removed", &error));
        }
        for source in sources {
            if let KeySource::Keychain { entry } = source {
                // A key of nothing is left behind at worst.
                let _ = self.keychain.delete(&entry);
            }
        }
        self.start();
        self.session_view()
    }
}

/// Own data beside made-up accounts could never be told apart again.
pub(crate) fn not_in_the_sample(settings: &Settings) -> Result<(), ApiError> {
    if !settings.sample {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::Refused,
        "This is the sample portfolio: your own data does not go in between its made-up accounts.",
        "Put the sample away first, under Settings.",
    ))
}
